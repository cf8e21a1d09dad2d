import type { app as en } from "../en/app";

export const app: typeof en = {
  name: "RecognitionHelpers",
  skipToContent: "본문으로 건너뛰기",
  language: "언어",
  openSettings: "설정",
  home: "처음 화면",
  back: "모든 녹음",
  close: "닫기",
  cancel: "취소",
  tryAgain: "다시 시도",
  loading: "불러오는 중…",
  reconnecting: "다시 연결하는 중… 보고 있는 내용은 그대로 있어요.",
  offline: "오프라인이에요. 녹음은 계속할 수 있고, 다시 연결되면 보내요.",
  notFoundTitle: "여기에는 아무것도 없어요",
  notFoundText: "주소가 잘못되었거나 녹음이 삭제되었어요.",
  goHome: "처음 화면으로 가기",
  brokenTitle: "화면이 멈췄어요",
  brokenText: "녹음한 것은 하나도 사라지지 않았어요. 화면을 다시 불러와 주세요.",
  reload: "다시 불러오기",
  unreachableTitle: "서버가 응답하지 않아요",
  unreachableText: "계속 시도하고 있어요. 서버가 켜져 있고 같은 네트워크에 있나요?",
};
