export const vocabulary = {
  title: "Names and terms",
  label: "One on each line",
  hint: "People, places, subjects: captions then get them right more often, in new recordings. The small offline engine cannot do it.",
  save: "Save",
  saved: "Saved.",
  count_one: "{{count}} entry",
  count_other: "{{count}} entries",
  tooMany: "There are more than {{most}}. Remove some.",
  badLength: "“{{term}}” cannot be used: write {{least}} to {{most}} characters.",
};
