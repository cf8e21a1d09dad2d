/**
 * Where a recording is.
 *
 * recording -> waiting            its last audio was written, or the app was started anew after a crash
 * recording -> streaming          the same, of a live talk: its sound goes over the live connection
 * streaming -> safe               the server has all of it in the recording of the talk
 * streaming -> waiting            the talk does not go on over there: what is missing is sent as a recording
 * waiting   -> sending            a try begins
 * sending   -> waiting            no connection, the server is busy, the app was stopped: tried again by itself
 * sending   -> refused            the server will not take it; the person decides
 * refused   -> waiting            the person sends it again
 * any       -> safe               the server says that it has it, however often and however late
 * safe      -> captioned          the server says that its analysis is done
 * any       -> deleted            it was deleted on the server; never sent again
 */
export type ItemState =
  "recording" | "streaming" | "waiting" | "sending" | "refused" | "safe" | "captioned" | "deleted";

export interface ItemProblem {
  /** The server's stable code, or ours: `network`. */
  code: string;
  detail: string;
}

/** Where a segment lies in a live talk, whose recording on the server has the id of the stream. */
export interface StreamPart {
  id: string;
  /** Its first sample, counted from the beginning of the talk. */
  first: number;
  /** The server may know the stream: only it can say how much of it arrived. */
  opened: boolean;
  /** Not null: the stream does not go on, and the server has so many samples of it. */
  overAt: number | null;
}

/** One segment of a conversation: a recording of its own on the server. Never changed in place. */
export interface QueueItem {
  /** Made here; the server's recording has the same. */
  id: string;
  /** Whose it is: `<server address> <user id>`. Another person on this phone must not send it. */
  owner: string;
  conversationId: string;
  /** Null: the server names it. */
  conversationTitle: string | null;
  source: "microphone" | "file";
  /** Null: the owner's speech language, which the server knows. */
  language: "ko" | "en" | null;
  /** ISO 8601, of the first sample. */
  recordedAt: string;
  sampleRate_hz: number;
  state: ItemState;
  /** Of the audio without its header. */
  pcm_bytes: number;
  /** Whether the audio is still on this phone. */
  hasAudio: boolean;
  /** The server's address of the unfinished upload; null: none was begun. */
  uploadUrl: string | null;
  sent_bytes: number;
  /** Tries that failed since it was added or sent again. */
  failures: number;
  /** Not before this moment; milliseconds since 1970. */
  retryAt_ms: number;
  problem: ItemProblem | null;
  /** Found at the start: the app had ended while it was being recorded. */
  recovered: boolean;
  /** Null: it is, or became, a recording of its own. */
  stream: StreamPart | null;
  /** So much of its beginning is on the server in another recording: only the rest is sent. */
  skip_bytes: number;
}

export const BYTES_PER_SAMPLE = 2;

/** The server's recording in which it is. */
export function recordingIdOf({ id, stream }: QueueItem): string {
  return stream?.id ?? id;
}

type LaterField = "stream" | "skip_bytes";

/** One as an earlier version of the app wrote it. */
export function readItem(text: string): QueueItem {
  const written = JSON.parse(text) as Omit<QueueItem, LaterField> & Partial<QueueItem>;
  return { stream: null, skip_bytes: 0, ...written };
}

/** The four places that people are told of, and the two that need them. */
export type Place = "phone" | "way" | "safe" | "captioned" | "refused" | "deleted";

export function placeOf(item: QueueItem): Place {
  if (item.state === "recording" || item.state === "waiting") return "phone";
  if (item.state === "streaming") return item.stream?.opened === true ? "way" : "phone";
  return item.state === "sending" ? "way" : item.state;
}

export function isOnServer({ state }: QueueItem): boolean {
  return state === "safe" || state === "captioned";
}

export type NewItem = Pick<
  QueueItem,
  | "id"
  | "conversationId"
  | "conversationTitle"
  | "source"
  | "language"
  | "recordedAt"
  | "sampleRate_hz"
  | "stream"
>;

/** One that is about to be recorded. */
export function beginItem(owner: string, fresh: NewItem): QueueItem {
  return {
    ...fresh,
    owner,
    state: "recording",
    pcm_bytes: 0,
    hasAudio: true,
    uploadUrl: null,
    sent_bytes: 0,
    failures: 0,
    retryAt_ms: 0,
    problem: null,
    recovered: false,
    skip_bytes: 0,
  };
}
