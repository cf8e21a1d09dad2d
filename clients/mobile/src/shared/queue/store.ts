import type { QueueItem } from "./item";

/** What is kept on this phone. Every promise that resolves is on disk. */
export interface QueueStore {
  add(item: QueueItem): Promise<void>;
  /** Writes everything but the audio. An item that was removed meanwhile stays removed. */
  save(item: QueueItem): Promise<void>;
  list(owner: string): Promise<QueueItem[]>;
  append(id: string, index: number, pcm: Uint8Array): Promise<void>;
  /** Bytes of audio that are there. */
  pcmBytes(id: string): Promise<number>;
  /** PCM in the order in which it was recorded. */
  readChunks(id: string): Promise<Uint8Array[]>;
  /** The audio goes and the item that says so is written, both or neither. */
  dropAudio(item: QueueItem): Promise<void>;
  remove(id: string): Promise<void>;
}
