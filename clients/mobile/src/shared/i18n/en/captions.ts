export const captions = {
  title: "Captions",
  speechUnwritten: "[speech]",
  notice:
    "The words in brackets say how the voice sounds. It is an estimate, not what a person feels.",
  waiting: "Captions appear here while you record.",
  coming: "The first lines come a few seconds after a pause.",
  comingLater:
    "No connection: the captions come when it is back. The recording is kept on this phone.",
  gone: "This conversation is in the trash, or was deleted.",
  correctHint: "Says how it sounded to you",
  correctTitle: "How did it sound to you?",
};
