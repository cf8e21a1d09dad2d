import i18next from "i18next";
import { describe, expect, it } from "vitest";

import { scriptLine } from "@/shared/emotion/script";
import { EMOTION_LABELS, shownEmotion } from "@/shared/emotion/shown-emotion";
import { en } from "@/shared/i18n/en";
import { ko } from "@/shared/i18n/ko";

import { anEmotion, anUtterance, theCues } from "../../factories";

const EXPECTED = {
  en: {
    neutral: "You said it first.",
    happy: "(happily) You said it first.",
    sad: "(sadly) You said it first.",
    angry: "(angrily) You said it first.",
    fear: "(fearfully) You said it first.",
    disgust: "(with disgust) You said it first.",
    surprise: "(with surprise) You said it first.",
  },
  ko: {
    neutral: "네가 먼저 그랬잖아.",
    happy: "(기쁘게) 네가 먼저 그랬잖아.",
    sad: "(슬프게) 네가 먼저 그랬잖아.",
    angry: "(화난 듯이) 네가 먼저 그랬잖아.",
    fear: "(두려운 듯이) 네가 먼저 그랬잖아.",
    disgust: "(역겨운 듯이) 네가 먼저 그랬잖아.",
    surprise: "(놀란 듯이) 네가 먼저 그랬잖아.",
  },
} as const;
const TEXT = { en: "You said it first.", ko: "네가 먼저 그랬잖아." };

describe.each(["en", "ko"] as const)("script in %s", (language) => {
  const t = i18next.getFixedT(language);
  const line = (utterance: Parameters<typeof scriptLine>[1], withEmotion = true) =>
    scriptLine(t, utterance, { withEmotion, withCues: withEmotion });

  it.each(EMOTION_LABELS)("%s", (label) => {
    const utterance = anUtterance({ text: TEXT[language], emotion: anEmotion({ label }) });
    expect(line(utterance)).toBe(EXPECTED[language][label]);
    expect(line(utterance, false)).toBe(TEXT[language]);
  });

  it("says that it is unsure whatever the label", () => {
    const unsure = { en: "(unsure)", ko: "(불확실)" }[language];
    for (const label of EMOTION_LABELS) {
      const utterance = anUtterance({ emotion: anEmotion({ label, confident: false }) });
      expect(line(utterance)).toBe(`${unsure} You said it first.`);
    }
  });

  it("marks speech that was not written down, and keeps how it sounded", () => {
    const expected = { en: "(sadly) [speech]", ko: "(슬프게) [말소리]" }[language];
    expect(line({ text: "", emotion: anEmotion({ label: "sad" }), cues: null })).toBe(expected);
  });

  it("says what was measured after how it sounds, two words at most", () => {
    const measured = { en: "(loud, fast)", ko: "(큰 소리로, 빠르게)" }[language];
    const utterance = anUtterance({ text: TEXT[language], cues: theCues() });
    expect(line(utterance)).toBe(EXPECTED[language].angry.replace(") ", `) ${measured} `));
    expect(line(utterance, false)).toBe(TEXT[language]);
    expect(scriptLine(t, utterance, { withEmotion: true, withCues: false })).toBe(
      EXPECTED[language].angry,
    );
  });

  it("shows plain words when nothing is known of the voice", () => {
    expect(line({ text: "Yes.", emotion: null, cues: null })).toBe("Yes.");
    expect(shownEmotion(null)).toBeNull();
  });
});

it("never claims what a person is or feels", () => {
  for (const text of Object.values(en.emotion.sounds)) expect(text).toMatch(/sounds/);
  for (const text of Object.values(ko.emotion.sounds)) expect(text).toMatch(/들리|들려요/);
});
