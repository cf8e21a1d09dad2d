import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export const TEXT_SIZES = ["normal", "large", "larger", "huge"] as const;
export type Theme = (typeof THEMES)[number];
export type TextSize = (typeof TEXT_SIZES)[number];

/** How this device shows things; another device of the same person may differ. */
export interface DisplayPreferences {
  theme: Theme;
  textSize: TextSize;
  /** Measured words ("loud", "fast") on the lines. */
  showCues: boolean;
}

const STORAGE_KEY = "display";
const DEFAULTS: DisplayPreferences = { theme: "system", textSize: "normal", showCues: true };
const listeners = new Set<() => void>();
let current = read();

function read(): DisplayPreferences {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}") as Partial<
      Record<keyof DisplayPreferences, unknown>
    >;
    return {
      theme: THEMES.find((theme) => theme === stored.theme) ?? DEFAULTS.theme,
      textSize: TEXT_SIZES.find((size) => size === stored.textSize) ?? DEFAULTS.textSize,
      showCues: typeof stored.showCues === "boolean" ? stored.showCues : DEFAULTS.showCues,
    };
  } catch {
    return DEFAULTS;
  }
}

export function applyDisplayPreferences(): void {
  document.documentElement.dataset.theme = current.theme;
  document.documentElement.dataset.textSize = current.textSize;
}

export function setDisplayPreferences(change: Partial<DisplayPreferences>): void {
  current = { ...current, ...change };
  localStorage.setItem(STORAGE_KEY, JSON.stringify(current));
  applyDisplayPreferences();
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useDisplayPreferences(): DisplayPreferences {
  return useSyncExternalStore(subscribe, () => current);
}
