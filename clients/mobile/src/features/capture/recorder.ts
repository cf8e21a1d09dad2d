import type { LiveSound } from "@/shared/live/sound";
import { LIVE_RATE_HZ } from "@/shared/live/sound";
import { BYTES_PER_SAMPLE } from "@/shared/queue/item";
import type { StreamPart } from "@/shared/queue/item";
import type { RecordingQueue } from "@/shared/queue/queue";
import { joined } from "@/shared/queue/wav";

import { MicrophoneError } from "./pcm-source";
import type { MicrophoneProblem, PcmSource } from "./pcm-source";
import { loudness, Segmenter } from "./segmenter";

export interface RecorderState {
  phase: "idle" | "preparing" | "recording" | "interrupted" | "saving";
  /** Of the running conversation, or of the last one. */
  conversationId: string | null;
  recorded_s: number;
  /** Of the running live talk, or of the last one; null: an ordinary recording. */
  streamId: string | null;
  problem: MicrophoneProblem | null;
  storageFailed: boolean;
  worksInBackground: boolean;
}

export interface RecorderDependencies {
  queue: Pick<RecordingQueue, "begin" | "append" | "close">;
  openMicrophone: () => PcmSource;
  newId: () => string;
  now_ms: () => number;
  /** Sound of a live talk; it is on disk by then. */
  onLiveSound: (sound: LiveSound) => void;
  /** Whether a live stream that runs is known to the server, or is over there. */
  streamState: (streamId: string) => Pick<StreamPart, "opened" | "overAt">;
  /** Called about once a second while sound comes, in the background, too, where timers sleep. */
  onAwake: () => void;
}

const IDLE: RecorderState = {
  phase: "idle",
  conversationId: null,
  recorded_s: 0,
  streamId: null,
  problem: null,
  storageFailed: false,
  worksInBackground: false,
};
/** What a crash costs at most. */
const WRITE_EVERY_S = 0.5;
/** Of a live talk: nothing is sent before it is on disk. */
const WRITE_LIVE_EVERY_S = 0.2;
const SILENCE_IS_INTERRUPTION_MS = 3_000;
const LOOK_EVERY_MS = 1_000;

interface Segment {
  id: string;
  nextIndex: number;
  pending: Int16Array[];
  pending_s: number;
  sampleRate_hz: number;
  stream: StreamPart | null;
}

/** One conversation at a time, in segments that are on disk as they come. Lives outside of React. */
export class Recorder {
  private state = IDLE;
  private readonly listeners = new Set<() => void>();
  private readonly levelListeners = new Set<(level: number) => void>();
  private readonly dependencies: RecorderDependencies;
  private readonly segmenter = new Segmenter();
  private source: PcmSource | null = null;
  private segment: Segment | null = null;
  private writing: Promise<void> = Promise.resolve();
  private lastSound_ms = 0;
  private sinceAwake_s = 0;
  /** Of the live talk, handed to the disk so far. */
  private liveSamples = 0;
  private watch: ReturnType<typeof setInterval> | undefined;

  constructor(dependencies: RecorderDependencies) {
    this.dependencies = dependencies;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): RecorderState => this.state;

  /** Loudness in [0, 1], about ten times a second. */
  readonly subscribeLevel = (listener: (level: number) => void): (() => void) => {
    this.levelListeners.add(listener);
    return () => this.levelListeners.delete(listener);
  };

  /** `live`: the sound also goes out as it comes, once it is on disk. */
  async start(options: { live: boolean } = { live: false }): Promise<void> {
    if (this.state.phase !== "idle") return;
    const { newId } = this.dependencies;
    const streamId = options.live ? newId() : null;
    this.liveSamples = 0;
    this.set({ ...IDLE, phase: "preparing", conversationId: newId(), streamId });
    this.segmenter.restart();
    const source = this.dependencies.openMicrophone();
    this.source = source;
    try {
      await source.start(this.onPcm);
      this.lastSound_ms = this.dependencies.now_ms();
      this.watch = setInterval(() => void this.look(), LOOK_EVERY_MS);
      this.set({ phase: "recording", worksInBackground: source.worksInBackground });
    } catch (error) {
      this.source = null;
      const problem = error instanceof MicrophoneError ? error.problem : "microphone_busy";
      this.set({ ...IDLE, problem });
    }
  }

  async stop(): Promise<void> {
    if (this.state.phase !== "recording" && this.state.phase !== "interrupted") return;
    clearInterval(this.watch);
    this.set({ phase: "saving" });
    await this.source?.stop();
    this.source = null;
    this.endSegment();
    await this.writing;
    this.set({ phase: "idle" });
  }

  /**
   * The system takes the microphone away for a call and says nothing: no more sound comes. What was recorded is ended,
   * so that it is sent, and the microphone is asked for again until it answers. Also called when the app comes to the
   * front.
   */
  async look(): Promise<void> {
    const { phase } = this.state;
    if (phase !== "recording" && phase !== "interrupted") return;
    if (this.dependencies.now_ms() - this.lastSound_ms < SILENCE_IS_INTERRUPTION_MS) return;
    this.lastSound_ms = this.dependencies.now_ms();
    this.endSegment();
    this.set({ phase: "interrupted" });
    await this.source?.stop().catch(() => undefined);
    await this.source?.start(this.onPcm).catch(() => undefined);
  }

  private readonly onPcm = (pcm: Int16Array, sampleRate_hz: number): void => {
    if (this.source === null || pcm.length === 0) return;
    const seconds = pcm.length / sampleRate_hz;
    this.lastSound_ms = this.dependencies.now_ms();
    this.segment ??= this.beginSegment(seconds, sampleRate_hz);
    this.segment.pending.push(pcm);
    this.segment.pending_s += seconds;
    const every_s = this.segment.stream === null ? WRITE_EVERY_S : WRITE_LIVE_EVERY_S;
    if (this.segment.pending_s >= every_s) this.flush(this.segment);
    if (this.segmenter.push(pcm, sampleRate_hz)) this.endSegment();
    const level = loudness(pcm);
    this.levelListeners.forEach((listener) => listener(level));
    this.noteProgress(seconds);
  };

  private noteProgress(seconds: number): void {
    const recorded_s = this.state.recorded_s + seconds;
    const phase = this.state.phase === "interrupted" ? "recording" : this.state.phase;
    this.set({ recorded_s, phase });
    this.sinceAwake_s += seconds;
    if (this.sinceAwake_s < 1) return;
    this.sinceAwake_s = 0;
    this.dependencies.onAwake();
  }

  private beginSegment(heard_s: number, sampleRate_hz: number): Segment {
    const { queue, newId, now_ms } = this.dependencies;
    const id = newId();
    const recordedAt = new Date(now_ms() - heard_s * 1000).toISOString();
    const conversationId = this.state.conversationId ?? newId();
    const stream = this.streamPart(sampleRate_hz);
    this.write(() =>
      queue.begin({
        id,
        conversationId,
        conversationTitle: null,
        source: "microphone",
        language: null,
        recordedAt,
        sampleRate_hz,
        stream,
      }),
    );
    return { id, nextIndex: 0, pending: [], pending_s: 0, sampleRate_hz, stream };
  }

  /** Null: not live, or another rate than live sound has; it is captioned as an ordinary recording then. */
  private streamPart(sampleRate_hz: number): StreamPart | null {
    const { streamId } = this.state;
    if (streamId === null || sampleRate_hz !== LIVE_RATE_HZ) return null;
    const { opened, overAt } = this.dependencies.streamState(streamId);
    if (overAt !== null) return null;
    return { id: streamId, first: this.liveSamples, opened, overAt };
  }

  private endSegment(): void {
    const { segment } = this;
    if (segment === null) return;
    this.segment = null;
    this.segmenter.restart();
    this.flush(segment);
    this.write(() => this.dependencies.queue.close(segment.id));
  }

  private flush(segment: Segment): void {
    if (segment.pending.length === 0) return;
    const index = segment.nextIndex++;
    const pcm = joined(segment.pending.map(bytesOf));
    segment.pending = [];
    segment.pending_s = 0;
    const { id, stream } = segment;
    const first = this.liveSamples;
    if (stream !== null) this.liveSamples += pcm.byteLength / BYTES_PER_SAMPLE;
    this.write(async () => {
      await this.dependencies.queue.append(id, index, pcm);
      if (stream !== null) this.dependencies.onLiveSound({ streamId: stream.id, first, pcm });
    });
  }

  /** One after the other: what is on disk is always a whole beginning. */
  private write(work: () => Promise<void>): void {
    this.writing = this.writing.then(work).catch(() => this.set({ storageFailed: true }));
  }

  private set(change: Partial<RecorderState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
  }
}

/** A phone is little-endian, as WAV is. */
function bytesOf({ buffer, byteOffset, byteLength }: Int16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
