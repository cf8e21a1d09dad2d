import { expect, it } from "vitest";

import { DEFAULT_DISPLAY, isMotionReduced, setDisplay } from "@/shared/preferences/display";

it("puts the settings where every style sheet finds them, and keeps them for the next visit", () => {
  window.matchMedia = () => ({ matches: false }) as MediaQueryList;
  expect(isMotionReduced()).toBe(false);
  setDisplay({
    ...DEFAULT_DISPLAY,
    caption_size_pt: 72,
    theme: "yellow-on-black",
    font: "opendyslexic",
    motion: "reduced",
    emotion_word: false,
  });
  const { dataset, style } = document.documentElement;
  expect(style.getPropertyValue("--caption-size")).toBe("72pt");
  expect(Object.fromEntries(Object.entries(dataset))).toMatchObject({
    theme: "yellow-on-black",
    font: "opendyslexic",
    motion: "reduced",
    emotionWord: "off",
    emotionIcon: "on",
  });
  expect(isMotionReduced()).toBe(true);
  expect(JSON.parse(localStorage.getItem("display") ?? "{}")).toMatchObject({
    caption_size_pt: 72,
  });
  setDisplay(DEFAULT_DISPLAY);
});
