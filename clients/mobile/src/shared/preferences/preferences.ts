import type { UiLanguage } from "@/shared/api/types";
import type { DropRule } from "@/shared/queue/machine";

/** What the person chose on this phone. The server does not know it. */
export interface Preferences {
  /** Null: like the phone. */
  uiLanguage: UiLanguage | null;
  wifiOnly: boolean;
  dropRule: DropRule;
  textScale: 1 | 1.25 | 1.5 | 2;
  keepAwake: boolean;
  vibrateOnSpeaker: boolean;
  vibrateOnKeyword: boolean;
  vibrateOnEmotion: boolean;
  /** A vibration when one of them is said. */
  keywords: string[];
  /** Live captions: only words that do not change any more. */
  calm: boolean;
  /** What the server calls this phone, where it tells it of captioned recordings; null: it does not. */
  noticeDevice: string | null;
}

export const DEFAULT_PREFERENCES: Preferences = {
  uiLanguage: null,
  wifiOnly: false,
  dropRule: "whenCaptioned",
  textScale: 1,
  keepAwake: true,
  vibrateOnSpeaker: true,
  vibrateOnKeyword: true,
  vibrateOnEmotion: false,
  keywords: [],
  calm: false,
  noticeDevice: null,
};

export interface TextStorage {
  read(key: string): Promise<string | null>;
  write(key: string, value: string): Promise<void>;
}

const KEY = "preferences";

/** Holds the choices and tells React when one changed. */
export class PreferencesStore {
  private preferences: Preferences = DEFAULT_PREFERENCES;
  private readonly listeners = new Set<() => void>();
  private readonly storage: TextStorage;

  constructor(storage: TextStorage) {
    this.storage = storage;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Preferences => this.preferences;

  /** What an earlier version did not know has its default. */
  async load(): Promise<void> {
    const text = await this.storage.read(KEY);
    const found = text === null ? {} : (JSON.parse(text) as Partial<Preferences>);
    this.set({ ...DEFAULT_PREFERENCES, ...found });
  }

  async change(change: Partial<Preferences>): Promise<void> {
    this.set({ ...this.preferences, ...change });
    await this.storage.write(KEY, JSON.stringify(this.preferences));
  }

  private set(preferences: Preferences): void {
    this.preferences = preferences;
    this.listeners.forEach((listener) => listener());
  }
}
