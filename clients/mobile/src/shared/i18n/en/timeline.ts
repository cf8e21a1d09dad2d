export const timeline = {
  title: "How it sounded",
  span: "Time",
  spans: { week: "7 days", month: "31 days", year: "12 months" },
  notice: "Estimates of how voices sounded, over all speakers. They do not say what anybody felt.",
  empty: "Nothing was said in this time.",
  spoke: "Spoken: {{time}} · unsure how it sounds: {{unsure}}",
  share: "{{name}} {{percent}}%",
  allUnsure: "Unsure how it sounded.",
};
