import type { account as en } from "../en/account";

export const account: typeof en = {
  signInTitle: "로그인",
  signUpTitle: "계정 만들기",
  server: "서버",
  serverHint: "사용하는 RecognitionHelpers 서버의 주소예요. 예: captions.example.org",
  address: {
    empty: "서버 주소를 적어 주세요. 서버를 운영하는 사람이 알고 있어요.",
    malformed: "주소가 아니에요. captions.example.org나 192.168.0.10:8000처럼 적어 주세요.",
    needsHttps:
      "https 없이 쓸 수 있는 것은 같은 네트워크의 서버뿐이에요. https://로 시작하는 주소를 적어 주세요.",
  },
  email: "이메일",
  password: "비밀번호",
  passwordHint: "8자 이상이어야 해요.",
  code: "인증 코드",
  codeHint: "인증 앱의 코드나 복구 코드를 적어 주세요.",
  noAccount: "처음이신가요? 계정 만들기",
  haveAccount: "이미 계정이 있어요",
  hasEnded: "로그아웃되었어요. 다시 로그인해 주세요. 녹음은 이 휴대폰에 안전하게 있어요.",
};
