export const captions = {
  title: "Captions",
  speechUnwritten: "[speech]",
};
