import { bodyOf } from "@/shared/api/client";
import type { Api } from "@/shared/api/client";
import { ApiProblem } from "@/shared/api/problem";
import type { UiLanguage } from "@/shared/api/types";
import type { PreferencesStore } from "@/shared/preferences/preferences";

/** Notices of the phone's system. */
export interface SystemNotices {
  /** False: this build of the app has none. */
  isAvailable: boolean;
  /** Shows the system's question, once; afterwards its answer. */
  askPermission: () => Promise<boolean>;
  /** Where Expo's push service finds this phone. */
  address: () => Promise<string>;
  /** With the recording that a tapped notice is about. Returns what ends it. */
  onTap: (listener: (recordingId: string) => void) => () => void;
}

export type NoticeProblem = "refused" | "failed";

/** The server tells this phone when a recording is captioned: never what was said, only that. */
export class Notices {
  private readonly api: Api;
  private readonly system: SystemNotices;
  private readonly preferences: PreferencesStore;

  constructor(api: Api, system: SystemNotices, preferences: PreferencesStore) {
    this.api = api;
    this.system = system;
    this.preferences = preferences;
  }

  get isAvailable(): boolean {
    return this.system.isAvailable;
  }

  /** The person wants them: now is the moment to ask for the permission. Null: they come from now on. */
  async switchOn(language: UiLanguage): Promise<NoticeProblem | null> {
    if (!(await this.system.askPermission())) return "refused";
    try {
      await this.register(language);
      return null;
    } catch {
      return "failed";
    }
  }

  /** Also when the person signs out. What the server could not be told now, it learns from Expo. */
  async switchOff(): Promise<void> {
    const { noticeDevice } = this.preferences.snapshot();
    await this.preferences.change({ noticeDevice: null });
    if (noticeDevice === null) return;
    const params = { path: { device_id: noticeDevice } };
    await this.api
      .DELETE("/api/v1/push/devices/{device_id}", { params })
      .catch((error: unknown) => {
        if (!(error instanceof ApiProblem)) throw error;
      });
  }

  /** At each start of the app: the address of a phone changes, and so does its language. */
  async refresh(language: UiLanguage): Promise<void> {
    if (this.preferences.snapshot().noticeDevice === null) return;
    await this.register(language).catch(() => undefined);
  }

  /** The conversation that a tapped notice leads to, for as long as somebody listens. */
  onOpened(listener: (conversationId: string) => void): () => void {
    return this.system.onTap((recordingId) => {
      const params = { path: { recording_id: recordingId } };
      this.api
        .GET("/api/v1/recordings/{recording_id}", { params })
        .then((answer) => listener(bodyOf(answer).conversation_id))
        .catch(() => undefined);
    });
  }

  private async register(language: UiLanguage): Promise<void> {
    const address = await this.system.address();
    const about = { public_key: "", auth_secret: "", name: "" };
    const body = { ...about, kind: "expo", address, language } as const;
    const { id } = bodyOf(await this.api.POST("/api/v1/push/devices", { body }));
    await this.preferences.change({ noticeDevice: id });
  }
}
