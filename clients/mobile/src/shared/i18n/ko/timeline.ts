import type { timeline as en } from "../en/timeline";

export const timeline: typeof en = {
  title: "목소리의 느낌",
  span: "기간",
  spans: { week: "7일", month: "31일", year: "12개월" },
  notice:
    "모든 사람의 목소리가 어떻게 들렸는지 추정한 것이에요. 누군가의 마음을 말해 주지는 않아요.",
  empty: "이 기간에는 말소리가 없었어요.",
  spoke: "말한 시간: {{time}} · 불확실: {{unsure}}",
  share: "{{name}} {{percent}}%",
  allUnsure: "어떻게 들렸는지 확실하지 않아요.",
};
