import type { settings as en } from "../en/settings";

export const settings: typeof en = {
  title: "설정",
  language: "언어",
  textSize: "글자 크기",
  textSizes: { normal: "보통", large: "크게", larger: "더 크게", huge: "아주 크게" },
  recording: "녹음과 보내기",
  wifiOnly: "와이파이에서만 보내기",
  wifiOnlyHint: "끄면 모바일 데이터도 써요. 1분에 약 2MB예요.",
  keepAwake: "녹음하는 동안 화면 켜 두기",
  drop: "이 휴대폰의 소리를 지우는 때",
  drops: {
    whenCaptioned: "자막이 완료되면",
    whenSafe: "서버에 도착하면",
    never: "지우지 않기",
  },
  vibration: "진동",
  vibrateOnSpeaker: "잠시 조용하다가 누가 말할 때",
  vibrateOnKeyword: "내가 정한 말이 나올 때",
  keywords: "내가 정한 말",
  keywordsHint: "이름처럼 중요한 말을 쉼표로 나누어 적어 주세요.",
  vibrateOnEmotion: "목소리의 느낌이 강할 때",
  account: "계정",
  signedInAs: "{{server}}의 {{email}}",
  invite: "보호자 초대",
  signOut: "로그아웃",
  signOutHint: "아직 보내지 않은 녹음은 다시 로그인할 때까지 여기에 있어요.",
};
