import type { emotion as en } from "../en/emotion";

export const emotion: typeof en = {
  script: {
    neutral: "",
    happy: "(기쁘게)",
    sad: "(슬프게)",
    angry: "(화난 듯이)",
    fear: "(두려운 듯이)",
    disgust: "(역겨운 듯이)",
    surprise: "(놀란 듯이)",
    unsure: "(불확실)",
  },
  sounds: {
    neutral: "차분하게 들려요",
    happy: "기쁜 듯이 들려요",
    sad: "슬픈 듯이 들려요",
    angry: "화난 듯이 들려요",
    fear: "두려운 듯이 들려요",
    disgust: "역겨운 듯이 들려요",
    surprise: "놀란 듯이 들려요",
    unsure: "어떻게 들리는지 확실하지 않아요",
  },
  name: {
    neutral: "차분함",
    happy: "기쁨",
    sad: "슬픔",
    angry: "화남",
    fear: "두려움",
    disgust: "역겨움",
    surprise: "놀람",
  },
};
