import type { LiveError } from "@/shared/api/types";
import type { Level } from "@/shared/microphone/level";
import { MicrophoneError } from "@/shared/microphone/microphone";
import type { MicrophoneProblem } from "@/shared/microphone/microphone";
import { ScreenLock } from "@/shared/microphone/screen-lock";

import { SAMPLE_RATE_HZ } from "@api/live-frames";
import { firstMissing, putCaption, reconcile } from "@api/live-lines";
import type { Lines } from "@api/live-lines";
import { livePreferences } from "./live-preferences";
import { LiveConnection } from "./live-connection";
import type { LiveMessage } from "./live-connection";
import { MicrophoneSource } from "./microphone-source";
import { canSendOpus } from "./opus-sender";
import { SoundBuffer } from "./sound-buffer";

/**
 * idle -> opening -> live -> ending -> ended
 * opening -> idle       the microphone does not start
 * live, ending -> failed  the server will not go on with it
 */
export type TalkPhase = "idle" | "opening" | "live" | "ending" | "ended" | "failed";

export interface TalkState {
  phase: TalkPhase;
  lines: Lines;
  connected: boolean;
  speaking: boolean;
  /** Seconds that the captions are behind the microphone. */
  lag_s: number;
  overload: "none" | "thinned" | "finals_only";
  /** Only the small offline engine listens. */
  lowAccuracy: boolean;
  muted: boolean;
  problem: MicrophoneProblem | null;
  error: LiveError | null;
}

export interface TalkOptions {
  url: string;
  language: string | null;
}

const IDLE: TalkState = {
  phase: "idle",
  lines: [],
  connected: false,
  speaking: false,
  lag_s: 0,
  overload: "none",
  lowAccuracy: false,
  muted: false,
  problem: null,
  error: null,
};

/** One talk: the microphone, what is kept of it, the connection, and the lines on the screen. */
export class LiveTalk {
  readonly id = crypto.randomUUID();
  private state = IDLE;
  private readonly listeners = new Set<() => void>();
  private readonly levelListeners = new Set<(level: Level) => void>();
  private readonly buffer = new SoundBuffer();
  private readonly screenLock = new ScreenLock();
  private readonly options: TalkOptions;
  private microphone: MicrophoneSource | null = null;
  private connection: LiveConnection | null = null;
  private acknowledged = 0;
  private isLeft = false;

  constructor(options: TalkOptions) {
    this.options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): TalkState => this.state;

  readonly subscribeLevel = (listener: (level: Level) => void): (() => void) => {
    this.levelListeners.add(listener);
    return () => this.levelListeners.delete(listener);
  };

  async start(): Promise<void> {
    if (this.state.phase !== "idle") return;
    this.isLeft = false;
    this.set({ phase: "opening", problem: null });
    try {
      this.microphone = await MicrophoneSource.open({
        onSound: (sound) => this.buffer.push(sound),
        onLevel: (level) => this.levelListeners.forEach((listener) => listener(level)),
        onLost: () => {
          this.set({ problem: "microphone_lost" });
          this.stop();
        },
      });
    } catch (error) {
      const problem = error instanceof MicrophoneError ? error.problem : "microphone_busy";
      this.set({ phase: "idle", problem });
      return;
    }
    this.microphone.setMuted(this.state.muted);
    void this.screenLock.acquire();
    const opus = livePreferences().saveData && (await canSendOpus());
    if (this.wasLeft()) {
      this.releaseMicrophone();
      return;
    }
    // Until it fails: the first moment is no lost connection.
    this.set({ phase: "live", connected: true });
    this.connection = this.connect(opus);
  }

  setMuted(muted: boolean): void {
    if (muted === this.state.muted) return;
    this.microphone?.setMuted(muted);
    this.set({ muted });
  }

  /** The talk is over: the rest is sent, and the last words come. */
  stop(): void {
    if (this.state.phase !== "live") return;
    this.releaseMicrophone();
    this.set({ phase: "ending", speaking: false });
    this.connection?.stop();
  }

  /** The person goes to another page: the talk is over, and what is recorded is still sent, in the background. */
  leave(): void {
    this.isLeft = true;
    this.stop();
    this.releaseMicrophone();
  }

  private wasLeft(): boolean {
    return this.isLeft;
  }

  private connect(opus: boolean): LiveConnection {
    return new LiveConnection({
      url: this.options.url,
      buffer: this.buffer,
      opus,
      start: () => ({
        type: "start",
        stream_id: this.id,
        sample_rate_hz: SAMPLE_RATE_HZ,
        language: this.options.language,
        improve: livePreferences().improve,
        finals_from: firstMissing(this.state.lines),
      }),
      onReady: (ready) =>
        this.set({
          lines: reconcile(this.state.lines, ready),
          lowAccuracy: ready.low_accuracy,
        }),
      onMessage: this.take,
      onConnected: (connected) => this.set({ connected, speaking: false }),
      onSignedOut: (error) => {
        this.releaseMicrophone();
        this.set({ phase: "ending", speaking: false, error });
      },
      onFailed: (error) => {
        this.releaseMicrophone();
        this.set({ phase: "failed", error });
      },
    });
  }

  private releaseMicrophone(): void {
    this.microphone?.close();
    this.microphone = null;
    void this.screenLock.release();
  }

  private readonly take = (message: LiveMessage): void => {
    if (message.type === "ack") this.acknowledged = message.received;
    const unsent_s = Math.max(0, this.buffer.end - this.acknowledged) / SAMPLE_RATE_HZ;
    const lag_s = message.lag_s + (this.state.connected ? 0 : unsent_s);
    if (message.type === "caption") {
      this.set({ lag_s, lines: putCaption(this.state.lines, message) });
    } else if (message.type === "speaking") this.set({ lag_s, speaking: message.speaking });
    else if (message.type === "overload") this.set({ lag_s, overload: message.level });
    else if (message.type === "ended") this.set({ lag_s: 0, phase: "ended", speaking: false });
    else this.set({ lag_s });
  };

  private set(change: Partial<TalkState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
  }
}
