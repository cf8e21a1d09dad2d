import { useSyncExternalStore } from "react";

/** Of the live view, on this device. Size, number of lines, font and colours are those of the account. */
export interface LivePreferences {
  /** Only text that does not change any more. */
  calm: boolean;
  /** The microphone is open only while the button is held. */
  pushToTalk: boolean;
  /** Read my typed replies aloud. */
  speakReplies: boolean;
  /** When a talk has ended, analyse it once more at full quality. */
  improve: boolean;
  /** Send compressed sound: an eighth of the data. */
  saveData: boolean;
  /** Words that flash when somebody says them, such as my name. */
  keywords: readonly string[];
}

const DEFAULTS: LivePreferences = {
  calm: false,
  pushToTalk: false,
  speakReplies: false,
  improve: false,
  saveData: false,
  keywords: [],
};
const STORAGE_KEY = "live";
const listeners = new Set<() => void>();
let current = stored();

function stored(): LivePreferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
    return { ...DEFAULTS, ...(kept as Partial<LivePreferences>) };
  } catch {
    return DEFAULTS;
  }
}

export function setLivePreferences(change: Partial<LivePreferences>): void {
  current = { ...current, ...change };
  localStorage.setItem(STORAGE_KEY, JSON.stringify(current));
  listeners.forEach((listener) => listener());
}

export function livePreferences(): LivePreferences {
  return current;
}

export function useLivePreferences(): LivePreferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** One a line or separated by commas. */
export function parseKeywords(text: string): string[] {
  const words = text.split(/[,\n]/).map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ""))].slice(0, 20);
}
