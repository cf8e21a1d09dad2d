/** `script` is how a line begins; `sounds` is the only way in which we speak of an emotion. */
export const emotion = {
  script: {
    neutral: "",
    happy: "(happily)",
    sad: "(sadly)",
    angry: "(angrily)",
    fear: "(fearfully)",
    disgust: "(with disgust)",
    surprise: "(with surprise)",
    unsure: "(unsure)",
  },
  sounds: {
    neutral: "sounds neutral",
    happy: "sounds happy",
    sad: "sounds sad",
    angry: "sounds angry",
    fear: "sounds fearful",
    disgust: "sounds disgusted",
    surprise: "sounds surprised",
    unsure: "unsure how it sounds",
  },
  /** Short names in a list of probabilities. */
  name: {
    neutral: "neutral",
    happy: "happy",
    sad: "sad",
    angry: "angry",
    fear: "fearful",
    disgust: "disgusted",
    surprise: "surprised",
  },
};
