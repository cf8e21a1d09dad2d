import { useSyncExternalStore } from "react";

import type { Display } from "@/shared/api/types";

export const TEXT_SIZES = ["normal", "large", "larger", "huge"] as const;
export const THEMES = [
  "system",
  "light",
  "dark",
  "black-on-white",
  "white-on-black",
  "yellow-on-black",
] as const satisfies readonly Display["theme"][];
export const FONTS = ["system", "hyperlegible", "opendyslexic"] as const;
export const LINE_SPACINGS = ["normal", "relaxed", "wide"] as const;
export const CAPTION_SIZES_PT = { least: 12, most: 72 } as const;
export const CAPTION_LINES = { least: 1, most: 12 } as const;

/** As the server's: what holds until the person is known. */
export const DEFAULT_DISPLAY: Display = {
  caption_size_pt: 19,
  caption_lines: 6,
  text_size: "normal",
  theme: "system",
  font: "system",
  line_spacing: "normal",
  motion: "system",
  keep_awake: true,
  emotion_word: true,
  emotion_icon: true,
  emotion_colour: true,
  emotion_weight: false,
  show_cues: true,
};

const STORAGE_KEY = "display";
const listeners = new Set<() => void>();
let current = lastOnThisDevice();

/** Kept with the account; the copy here is for the moment before the account is known, and for the sign-in page. */
function lastOnThisDevice(): Display {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
    return { ...DEFAULT_DISPLAY, ...(stored as Partial<Display>) };
  } catch {
    return DEFAULT_DISPLAY;
  }
}

/** Puts the settings on the page: style sheets read them there, so that every page obeys. */
export function applyDisplay(display: Display = current): void {
  const { dataset, style } = document.documentElement;
  dataset.theme = display.theme;
  dataset.textSize = display.text_size;
  dataset.font = display.font;
  dataset.lineSpacing = display.line_spacing;
  dataset.motion = display.motion;
  dataset.emotionWord = onOrOff(display.emotion_word);
  dataset.emotionIcon = onOrOff(display.emotion_icon);
  dataset.emotionColour = onOrOff(display.emotion_colour);
  dataset.emotionWeight = onOrOff(display.emotion_weight);
  style.setProperty("--caption-size", `${display.caption_size_pt}pt`);
  style.setProperty("--caption-lines", String(display.caption_lines));
}

export function setDisplay(display: Display): void {
  if (display === current) return;
  current = display;
  localStorage.setItem(STORAGE_KEY, JSON.stringify(display));
  applyDisplay();
  listeners.forEach((listener) => listener());
}

export function display(): Display {
  return current;
}

export function useDisplay(): Display {
  return useSyncExternalStore(onDisplayChange, display);
}

/** For movement that style sheets do not make, such as smooth scrolling. */
export function isMotionReduced(): boolean {
  return (
    current.motion === "reduced" || window.matchMedia("(prefers-reduced-motion: reduce)").matches
  );
}

/** Returns how to stop listening. */
export function onDisplayChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function onOrOff(value: boolean): string {
  return value ? "on" : "off";
}
