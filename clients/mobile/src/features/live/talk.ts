import type { LiveError } from "@api/live.gen";
import { firstMissing, putCaption, reconcile } from "@api/live-lines";
import type { Lines } from "@api/live-lines";

import type { LinkState, LiveMessage } from "@/shared/live/link-machine";
import type { StreamNotice } from "@/shared/live/live-streams";
import { LIVE_RATE_HZ } from "@/shared/live/sound";

/** What a talk needs of the recorder, which keeps every word on this phone. */
export interface Capture {
  snapshot: () => {
    phase: "idle" | "preparing" | "recording" | "interrupted" | "saving";
    streamId: string | null;
    recorded_s: number;
  };
  subscribe: (listener: () => void) => () => void;
}

export interface TalkState {
  streamId: string | null;
  lines: Lines;
  /** `none`: not told to the server yet; `over`: nothing more comes over the live connection. */
  connection: "none" | "connecting" | "connected" | "over";
  speaking: boolean;
  /** Seconds that the captions are behind the microphone. */
  lag_s: number;
  overload: "none" | "thinned" | "finals_only";
  /** Only the small offline engine listens. */
  lowAccuracy: boolean;
  error: LiveError | null;
  /** The talk ended over there as it should. */
  hasEnded: boolean;
}

const NOTHING: TalkState = {
  streamId: null,
  lines: [],
  connection: "none",
  speaking: false,
  lag_s: 0,
  overload: "none",
  lowAccuracy: false,
  error: null,
  hasEnded: false,
};

/** What is known of the talk that is spoken, or of the last one. Lives outside of React. */
export class LiveTalk {
  private state = NOTHING;
  private readonly capture: Capture;
  private readonly listeners = new Set<() => void>();

  constructor(capture: Capture) {
    this.capture = capture;
    capture.subscribe(() => this.followCapture());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): TalkState => this.state;

  /** The first utterance whose final words may have been missed. */
  finalsFrom(streamId: string): number {
    return streamId === this.state.streamId ? firstMissing(this.state.lines) : 0;
  }

  readonly take = ({ streamId, state, message }: StreamNotice): void => {
    if (streamId !== this.state.streamId) return;
    const before = this.state;
    const connection = connectionOf(state);
    const isQuiet = connection !== "connected";
    const heard = message === undefined ? {} : after(before, message);
    const speaking = isQuiet ? false : (heard.speaking ?? before.speaking);
    const lag_s = this.lag_s(state, message);
    this.set({ ...heard, connection, speaking, lag_s });
  };

  /** A new stream is a new talk: nothing of the last one stays. */
  private followCapture(): void {
    const { streamId } = this.capture.snapshot();
    if (streamId !== null && streamId !== this.state.streamId) this.set({ ...NOTHING, streamId });
  }

  /** Behind what was said, and what was said and is not over there yet. */
  private lag_s(state: LinkState, message: LiveMessage | undefined): number {
    if (state.phase === "over") return 0;
    const { phase, recorded_s } = this.capture.snapshot();
    const unsent_s = Math.max(0, recorded_s - state.acked / LIVE_RATE_HZ);
    const server_s = message?.lag_s ?? 0;
    return phase === "idle" ? server_s : Math.max(server_s, unsent_s);
  }

  private set(change: Partial<TalkState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
  }
}

function connectionOf({ phase, opened }: LinkState): TalkState["connection"] {
  if (phase === "over") return "over";
  if (phase === "ready") return "connected";
  return opened ? "connecting" : "none";
}

/** What a message changes on the screen. */
function after(state: TalkState, message: LiveMessage): Partial<TalkState> {
  switch (message.type) {
    case "ready":
      return {
        lines: reconcile(state.lines, message),
        lowAccuracy: message.low_accuracy,
        error: null,
      };
    case "caption":
      return { lines: putCaption(state.lines, message) };
    case "speaking":
      return { speaking: message.speaking };
    case "overload":
      return { overload: message.level };
    case "ended":
      return { hasEnded: true, overload: "none" };
    case "error":
      return message.fatal ? { error: message } : {};
    default:
      return {};
  }
}
