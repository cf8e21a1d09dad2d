import type { app as en } from "../en/app";

export const app: typeof en = {
  name: "RecognitionHelpers",
  tagline: "무슨 말을, 어떤 목소리로 했는지 읽어요.",
  loading: "불러오는 중…",
  tryAgain: "다시 시도",
  cancel: "취소",
  close: "닫기",
  record: "녹음",
  queue: "보내는 중",
  history: "기록",
  settings: "설정",
  notFound: "여기에는 아무것도 없어요.",
  home: "녹음 화면으로",
  broken: "화면이 멈췄어요. 녹음한 것은 하나도 사라지지 않았어요.",
  storageBroken:
    "휴대폰의 저장소를 열 수 없어요. 지워진 것은 없어요. 휴대폰을 껐다 켠 뒤 앱을 다시 열어 주세요.",
  offline: "연결이 없어요. 녹음은 계속할 수 있고, 연결되면 보내요.",
};
