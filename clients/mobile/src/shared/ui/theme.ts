import { useColorScheme } from "react-native";

/** Every colour is named here once. Text reaches 7:1 on the page and on surfaces. */
const LIGHT = {
  page: "#f5f6f8",
  surface: "#ffffff",
  surfaceStrong: "#e9edf2",
  text: "#12171e",
  textMuted: "#424c59",
  border: "#d3d9e1",
  borderStrong: "#6b7684",
  accent: "#0e4a75",
  onAccent: "#ffffff",
  accentSoft: "#e2eef7",
  danger: "#9c1420",
  dangerStrong: "#b3131f",
  onDangerStrong: "#ffffff",
  dangerSoft: "#fdeceb",
  warning: "#6b4300",
  warningSoft: "#fff4dc",
  done: "#0f5a33",
  neutral: "#424c59",
  happy: "#6a4100",
  sad: "#1a4690",
  angry: "#98131d",
  fear: "#5a2a9a",
  disgust: "#2b5714",
  surprise: "#8a0f58",
  unsure: "#424c59",
};

export type Palette = typeof LIGHT;

const DARK: Palette = {
  page: "#0e1217",
  surface: "#171d25",
  surfaceStrong: "#232b36",
  text: "#f0f3f7",
  textMuted: "#b9c3cf",
  border: "#333d4a",
  borderStrong: "#8793a2",
  accent: "#93cbf5",
  onAccent: "#06192a",
  accentSoft: "#1a3043",
  danger: "#ffaba5",
  dangerStrong: "#c9303b",
  onDangerStrong: "#ffffff",
  dangerSoft: "#3a1d20",
  warning: "#ffd58a",
  warningSoft: "#33280f",
  done: "#93ddb2",
  neutral: "#b9c3cf",
  happy: "#ffd27a",
  sad: "#a5caff",
  angry: "#ffa8a1",
  fear: "#d3b8ff",
  disgust: "#b6e392",
  surprise: "#ffaad8",
  unsure: "#b9c3cf",
};

export const PALETTES = { light: LIGHT, dark: DARK } as const;

export function usePalette(): Palette {
  return useColorScheme() === "dark" ? DARK : LIGHT;
}

/** Distances and sizes in density-independent pixels. */
export const SPACE = { xs: 4, s: 8, m: 12, l: 16, xl: 24, xxl: 32 } as const;
export const RADIUS = 12;
/** The smallest thing that a finger must hit. */
export const TARGET = 48;
