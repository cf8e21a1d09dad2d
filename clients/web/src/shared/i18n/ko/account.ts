import type { account as en } from "../en/account";

export const account: typeof en = {
  tagline: "무슨 말을, 어떤 목소리로 했는지 읽어요.",
  example: "네가 먼저 그랬잖아.",
  signInTitle: "로그인",
  signUpTitle: "계정 만들기",
  email: "이메일",
  password: "비밀번호",
  newPassword: "새 비밀번호",
  passwordHint: "8자 이상이어야 해요.",
  showPassword: "비밀번호 보기",
  hidePassword: "비밀번호 숨기기",
  signIn: "로그인",
  signUp: "계정 만들기",
  signingIn: "잠시만요…",
  noAccount: "처음이신가요?",
  haveAccount: "이미 계정이 있나요?",
  signedOutWhileBusy: "로그아웃되었어요. 다시 로그인해 주세요. 녹음은 이 기기에 안전하게 있어요.",
  fieldErrors: "아래에 표시된 곳을 확인해 주세요.",
};
