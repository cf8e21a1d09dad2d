import type { Recording } from "@/shared/api/types";
import { uploadRecording } from "@/shared/api/upload-recording";

import { openChunkStore } from "./chunk-store";
import type { ChunkStore, KeptRecording } from "./chunk-store";
import { copyFile } from "./file-copy";
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
  /** Files that a closed tab would lose: not copied yet, or the browser has no room for them. */
  private readonly uncopied = new Set<string>();

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

  /** Sends files, and copies each into the browser meanwhile: a closed tab goes on with it later. */
  addFiles(files: readonly File[]): void {
    for (const file of files) {
      const kept: KeptRecording = {
        id: crypto.randomUUID(),
        ownerId: this.options.ownerId,
        source: "file",
        fileName: file.name,
        contentType: file.type,
        language: this.options.language(),
        recordedAt: file.lastModified > 0 ? new Date(file.lastModified).toISOString() : null,
      };
      this.enqueue(kept, file, false);
      void this.copy(kept, file);
    }
  }

  private async copy(kept: KeptRecording, file: File): Promise<void> {
    this.uncopied.add(kept.id);
    const release = await takeRecording(kept.id);
    if (release !== null) this.releases.set(kept.id, release);
    try {
      await copyFile(await this.store, kept, file);
    } catch {
      // No room for a copy: it is sent all the same, and leaving the page asks first.
      return;
    }
    this.uncopied.delete(kept.id);
    const isSent = !this.queue.snapshot().some(({ id }) => id === kept.id);
    if (isSent) this.forget(kept.id);
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
    // Without locks nobody knows whether another tab is still copying.
    if (!("locks" in navigator)) return;
    for (const id of await store.listOrphans()) {
      const release = await takeRecording(id);
      if (release === null) continue;
      await store.remove(id);
      release();
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
    this.uncopied.delete(id);
    void this.store.then((store) => store.remove(id)).catch(() => undefined);
    this.releases.get(id)?.();
    this.releases.delete(id);
  }

  /** What is finished and copied is safe on this device, and goes on at the next visit. */
  private readonly warnBeforeLeaving = (event: BeforeUnloadEvent): void => {
    const isRecording = this.recorder.snapshot().phase !== "idle";
    const losesFiles = this.queue.snapshot().some(({ id }) => this.uncopied.has(id));
    if (isRecording || losesFiles) event.preventDefault();
  };
}
