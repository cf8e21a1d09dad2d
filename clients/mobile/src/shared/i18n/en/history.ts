export const history = {
  title: "History",
  timeline: "How it sounded over time",
  reload: "Look again",
  empty: "Nothing yet. What you record appears here, also on your other devices.",
  more: "Show older ones",
  untitled: "Conversation of {{moment}}",
  facts_one: "{{moment}} · {{count}} part",
  facts_other: "{{moment}} · {{count}} parts",
};
