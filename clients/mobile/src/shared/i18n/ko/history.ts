import type { history as en } from "../en/history";

export const history: typeof en = {
  title: "기록",
  timeline: "기간별 목소리의 느낌",
  reload: "다시 보기",
  empty: "아직 없어요. 녹음하면 여기에, 그리고 다른 기기에도 나와요.",
  more: "지난 기록 더 보기",
  untitled: "{{moment}} 대화",
  facts_one: "{{moment}} · {{count}}개",
  facts_other: "{{moment}} · {{count}}개",
};
