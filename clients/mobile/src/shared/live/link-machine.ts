import type { LiveError, LiveProtocol } from "@api/live.gen";
import { SAMPLE_RATE_HZ } from "@api/live-frames";

export type LiveMessage = LiveProtocol["server"];

/**
 * The connection of one live talk.
 *
 * waiting    -> connecting   it is due, and there is a network that may be used
 * connecting -> noting       the socket is open; that the server may know the talk goes to disk before it is told
 * noting     -> starting     that is on disk
 * starting   -> ready        the server said how much it has
 * any        -> waiting      the socket closed: tried again
 * any        -> asking       the server will not go on with it: how much it has is asked over REST
 * any        -> over         nothing more goes over this connection
 */
export interface LinkState {
  phase: "waiting" | "connecting" | "noting" | "starting" | "ready" | "asking" | "over";
  /** The server may know of the talk. Never becomes false again. */
  opened: boolean;
  /** The next sample to send. */
  position: number;
  /** So many samples are on the server's disk. */
  acked: number;
  stopSent: boolean;
  /** Tries since it worked last. */
  failures: number;
}

export type LinkEvent =
  | { type: "due" }
  | { type: "socketOpen" }
  | { type: "noted" }
  | { type: "socketClosed" }
  | { type: "message"; message: LiveMessage }
  /** Sound up to here was given to the socket. */
  | { type: "sent"; until: number }
  /** The person has ended the talk, and all of its sound was given to the socket. */
  | { type: "allSent" }
  /** The person has ended the talk, or the app had died in it, and the server was never told of it. */
  | { type: "endedUnopened" }
  /** What REST says of the talk's recording; null: there is none. */
  | { type: "told"; recording: { samples: number; isOver: boolean } | null }
  /** REST did not answer. */
  | { type: "notTold" };

export type LinkCommand =
  | { type: "openSocket" }
  | { type: "closeSocket" }
  | { type: "noteOpened" }
  | { type: "sendStart" }
  | { type: "sendStop"; samples: number }
  | { type: "askServer" }
  /** `failures`: how often in a row it did not work; `isLong`: there is no hurry. */
  | { type: "retry"; failures: number; isLong: boolean }
  | { type: "streamHas"; samples: number }
  | { type: "streamOver"; samples: number }
  | { type: "deleted" };

export type LinkStep = readonly [LinkState, readonly LinkCommand[]];

/** More than this is not on its way unacknowledged: phones do not say what waits in their socket. */
export const WINDOW_SAMPLES = 8 * SAMPLE_RATE_HZ;

/** The server will not go on with the talk; what it has of it, REST says. */
const ASK_CODES = new Set([
  "stream_ended",
  "too_many_streams",
  "audio_too_long",
  "recording_id_reused",
  "unsupported_sound",
  "malformed_message",
  "malformed_frame",
  "not_found",
]);

export function newLink(opened: boolean): LinkState {
  return { phase: "waiting", opened, position: 0, acked: 0, stopSent: false, failures: 0 };
}

/** Pure: what comes next, and what is to be done for it. Late events mean nothing. */
export function stepLink(state: LinkState, event: LinkEvent): LinkStep {
  if (state.phase === "over") return [state, []];
  switch (event.type) {
    case "due":
      return state.phase === "waiting"
        ? [{ ...state, phase: "connecting", stopSent: false }, [{ type: "openSocket" }]]
        : [state, []];
    case "socketOpen":
      return state.phase === "connecting"
        ? [{ ...state, phase: "noting", opened: true }, [{ type: "noteOpened" }]]
        : [state, []];
    case "noted":
      return state.phase === "noting"
        ? [{ ...state, phase: "starting" }, [{ type: "sendStart" }]]
        : [state, []];
    case "socketClosed":
      return state.phase === "asking" || state.phase === "waiting"
        ? [state, []]
        : again(state, false);
    case "sent":
      return state.phase === "ready" && event.until > state.position
        ? [{ ...state, position: event.until }, []]
        : [state, []];
    case "allSent":
      return state.phase === "ready" && !state.stopSent
        ? [{ ...state, stopSent: true }, [{ type: "sendStop", samples: state.position }]]
        : [state, []];
    case "endedUnopened":
      return state.opened ? [state, []] : over(state, { type: "streamOver", samples: 0 });
    case "told":
      return told(state, event.recording);
    case "notTold":
      return state.phase === "asking" ? again(state, true) : [state, []];
    case "message":
      return heard(state, event.message);
  }
}

function heard(state: LinkState, message: LiveMessage): LinkStep {
  switch (message.type) {
    case "ready": {
      if (state.phase !== "starting") return [state, []];
      const { received } = message;
      const ready = { ...state, phase: "ready", position: received, failures: 0 } as const;
      return acknowledged(ready, received);
    }
    case "ack":
      return acknowledged(state, message.received);
    case "ended":
      return over(state, {
        type: "streamOver",
        samples: Math.round(message.duration_s * SAMPLE_RATE_HZ),
      });
    case "error":
      return refused(state, message);
    default:
      return [state, []];
  }
}

function acknowledged(state: LinkState, received: number): LinkStep {
  const acked = Math.max(state.acked, received);
  return [{ ...state, acked }, [{ type: "streamHas", samples: acked }]];
}

function refused(state: LinkState, { code, fatal, data }: LiveError): LinkStep {
  if (code === "sound_missing") {
    const position = Number(data.expected ?? state.position);
    return [{ ...state, position, stopSent: false }, []];
  }
  if (code === "recording_deleted") return over(state, { type: "deleted" });
  if (fatal && ASK_CODES.has(code)) {
    return [{ ...state, phase: "asking" }, [{ type: "closeSocket" }, { type: "askServer" }]];
  }
  return [state, []];
}

function told(
  state: LinkState,
  recording: Extract<LinkEvent, { type: "told" }>["recording"],
): LinkStep {
  if (state.phase !== "asking") return [state, []];
  if (recording === null) return over(state, { type: "streamOver", samples: 0 });
  // It ends over there by itself when nobody connects to it for a while.
  if (!recording.isOver) return again(state, true);
  return over(state, { type: "streamOver", samples: recording.samples });
}

function again(state: LinkState, isLong: boolean): LinkStep {
  const failures = state.failures + 1;
  return [
    { ...state, phase: "waiting", stopSent: false, failures },
    [{ type: "retry", failures: state.failures, isLong }],
  ];
}

function over(state: LinkState, last: LinkCommand): LinkStep {
  return [{ ...state, phase: "over" }, [last, { type: "closeSocket" }]];
}
