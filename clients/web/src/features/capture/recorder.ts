import type { KeptRecording } from "./chunk-store";
import type { Level, LevelWarning } from "@/shared/microphone/level";
import { LevelMeter } from "./level-meter";
import { MicrophoneError, openMicrophone, recordingFormat } from "@/shared/microphone/microphone";
import type { AudioFormat, MicrophoneProblem } from "@/shared/microphone/microphone";
import { ScreenLock } from "@/shared/microphone/screen-lock";

export interface RecorderState {
  phase: "idle" | "preparing" | "recording" | "saving";
  /** Of `performance.now()`. */
  startedAt_ms: number | null;
  problem: MicrophoneProblem | null;
  warning: LevelWarning | null;
  /** No safety copy can be kept on this device. */
  storageFailed: boolean;
}

export interface FinishedRecording {
  kept: KeptRecording;
  audio: Blob;
  duration_s: number;
}

interface Dependencies {
  begin: (kept: KeptRecording) => Promise<void>;
  append: (id: string, index: number, chunk: ArrayBuffer) => Promise<void>;
  onFinished: (finished: FinishedRecording) => void;
  describe: () => Pick<KeptRecording, "ownerId" | "language">;
}

const TIMESLICE_MS = 1_000;
const AUDIO_BITS_PER_S = 96_000;
const IDLE: RecorderState = {
  phase: "idle",
  startedAt_ms: null,
  problem: null,
  warning: null,
  storageFailed: false,
};

/** One microphone recording at a time. Lives outside of React: moving between pages never stops it. */
export class Recorder {
  private state = IDLE;
  private readonly listeners = new Set<() => void>();
  private readonly levelListeners = new Set<(level: Level) => void>();
  private readonly dependencies: Dependencies;
  private readonly screenLock = new ScreenLock();
  private media: MediaRecorder | null = null;

  constructor(dependencies: Dependencies) {
    this.dependencies = dependencies;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): RecorderState => this.state;

  /** About twenty readings a second while recording. */
  readonly subscribeLevel = (listener: (level: Level) => void): (() => void) => {
    this.levelListeners.add(listener);
    return () => this.levelListeners.delete(listener);
  };

  async start(): Promise<void> {
    if (this.state.phase !== "idle") return;
    this.set({ ...IDLE, phase: "preparing" });
    let stream: MediaStream | null = null;
    try {
      const format = recordingFormat();
      stream = await openMicrophone();
      this.record(stream, format);
    } catch (error) {
      stream?.getTracks().forEach((track) => track.stop());
      const problem = error instanceof MicrophoneError ? error.problem : "microphone_busy";
      this.set({ ...IDLE, problem });
    }
  }

  stop(): void {
    if (this.media === null || this.media.state === "inactive") return;
    this.set({ phase: "saving", warning: null });
    this.media.stop();
  }

  private record(stream: MediaStream, format: AudioFormat): void {
    const media = new MediaRecorder(stream, {
      mimeType: format.mimeType,
      audioBitsPerSecond: AUDIO_BITS_PER_S,
    });
    const kept = this.describe(format);
    const chunks: Blob[] = [];
    const startedAt_ms = performance.now();
    let writing = this.dependencies.begin(kept).catch(this.onStorageFailed);
    const meter = new LevelMeter(stream, this.onLevel);

    media.ondataavailable = ({ data }) => {
      if (data.size === 0) return;
      const index = chunks.push(data) - 1;
      // One after the other: what is on disk is always a playable beginning.
      writing = writing
        .then(async () => this.dependencies.append(kept.id, index, await data.arrayBuffer()))
        .catch(this.onStorageFailed);
    };
    media.onstop = () => {
      meter.close();
      stream.getTracks().forEach((track) => track.stop());
      void this.screenLock.release();
      const duration_s = (performance.now() - startedAt_ms) / 1000;
      void writing.then(() => this.finish({ kept, audio: join(chunks, kept), duration_s }));
    };
    stream.getAudioTracks().forEach((track) => {
      track.onended = () => {
        this.stop();
        this.set({ problem: "microphone_lost" });
      };
    });
    media.start(TIMESLICE_MS);
    this.media = media;
    void this.screenLock.acquire();
    this.set({ phase: "recording", startedAt_ms });
  }

  private finish(finished: FinishedRecording): void {
    this.media = null;
    const { problem } = this.state;
    if (finished.audio.size === 0) {
      this.set({ ...IDLE, problem: problem ?? "nothing_recorded" });
      return;
    }
    this.set({ ...IDLE, problem });
    this.dependencies.onFinished(finished);
  }

  private describe(format: AudioFormat): KeptRecording {
    const recordedAt = new Date().toISOString();
    return {
      ...this.dependencies.describe(),
      id: crypto.randomUUID(),
      source: "microphone",
      fileName: `recording-${recordedAt.slice(0, 19).replaceAll(":", "-")}.${format.extension}`,
      contentType: format.mimeType.split(";")[0] ?? format.mimeType,
      recordedAt,
    };
  }

  private readonly onLevel = (level: Level, warning: LevelWarning | null): void => {
    this.levelListeners.forEach((listener) => listener(level));
    if (warning !== this.state.warning && this.state.phase === "recording") this.set({ warning });
  };

  private readonly onStorageFailed = (): void => {
    if (!this.state.storageFailed) this.set({ storageFailed: true });
  };

  private set(change: Partial<RecorderState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
  }
}

function join(chunks: Blob[], kept: KeptRecording): Blob {
  return new Blob(chunks, { type: kept.contentType });
}
