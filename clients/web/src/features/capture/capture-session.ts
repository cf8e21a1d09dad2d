import type { Recording } from "@/shared/api/types";
import { uploadRecording } from "@/shared/api/upload-recording";

import { openChunkStore } from "./chunk-store";
import type { ChunkStore, KeptRecording } from "./chunk-store";
import { Recorder } from "./recorder";
import type { FinishedRecording } from "./recorder";
import { takeRecording } from "./tab-lock";
import type { Release } from "./tab-lock";
import { UploadQueue } from "./upload-queue";

interface Options {
  ownerId: string;
  /** Null: the server's automatic choice. */
  language: () => string | null;
  onStored: (recording: Recording) => void;
  onFinished: (finished: FinishedRecording) => void;
}

/** Recording and sending for one signed-in person: the microphone, the safety copies, the queue. */
export class CaptureSession {
  readonly recorder: Recorder;
  readonly queue: UploadQueue;
  private readonly options: Options;
  private readonly store: Promise<ChunkStore>;
  private readonly releases = new Map<string, Release>();

  constructor(options: Options) {
    this.options = options;
    this.store = openChunkStore(indexedDB);
    // A browser without a store is told of when a recording begins, not here.
    this.store.catch(() => undefined);
    this.queue = new UploadQueue({
      send: uploadRecording,
      onStored: (recording) => {
        this.forget(recording.id);
        options.onStored(recording);
      },
      onDiscarded: (id) => this.forget(id),
      isOnline: () => navigator.onLine,
    });
    this.recorder = new Recorder({
      begin: (kept) => this.begin(kept),
      append: async (id, index, chunk) => (await this.store).append(id, index, chunk),
      describe: () => ({ ownerId: options.ownerId, language: options.language() }),
      onFinished: (finished) => {
        this.enqueue(finished.kept, finished.audio, false);
        options.onFinished(finished);
      },
    });
  }

  start(): void {
    this.queue.start();
    window.addEventListener("beforeunload", this.warnBeforeLeaving);
    void this.recover();
  }

  stop(): void {
    this.recorder.stop();
    this.queue.stop();
    window.removeEventListener("beforeunload", this.warnBeforeLeaving);
  }

  /** Files stay where they are on the person's disk: no second copy is made of them. */
  addFiles(files: readonly File[]): void {
    for (const file of files) {
      const upload = {
        id: crypto.randomUUID(),
        source: "file",
        fileName: file.name,
        language: this.options.language(),
        recordedAt: file.lastModified > 0 ? new Date(file.lastModified).toISOString() : null,
      } as const;
      this.queue.add(upload, file);
    }
  }

  /** Queues what an earlier visit recorded and could not send. */
  private async recover(): Promise<void> {
    const store = await this.store.catch(() => null);
    if (store === null) return;
    for (const kept of await store.list(this.options.ownerId)) {
      const release = await takeRecording(kept.id);
      if (release === null) continue;
      this.releases.set(kept.id, release);
      const audio = await store.readAudio(kept);
      if (audio.size === 0) this.forget(kept.id);
      else this.enqueue(kept, audio, true);
    }
  }

  private async begin(kept: KeptRecording): Promise<void> {
    const release = await takeRecording(kept.id);
    if (release !== null) this.releases.set(kept.id, release);
    await (await this.store).begin(kept);
  }

  private enqueue(kept: KeptRecording, audio: Blob, recovered: boolean): void {
    const { id, source, fileName, language, recordedAt } = kept;
    this.queue.add({ id, source, fileName, language, recordedAt }, audio, recovered);
  }

  private forget(id: string): void {
    void this.store.then((store) => store.remove(id)).catch(() => undefined);
    this.releases.get(id)?.();
    this.releases.delete(id);
  }

  /** Recordings are safe on this device once they are finished; files being sent are not. */
  private readonly warnBeforeLeaving = (event: BeforeUnloadEvent): void => {
    const isRecording = this.recorder.snapshot().phase !== "idle";
    const hasFiles = this.queue.snapshot().some(({ source }) => source === "file");
    if (isRecording || hasFiles) event.preventDefault();
  };
}
