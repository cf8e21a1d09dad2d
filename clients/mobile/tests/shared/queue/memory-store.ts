import type { QueueItem } from "@/shared/queue/item";
import type { QueueStore } from "@/shared/queue/store";

/** A disk that outlives the app. */
export interface Disk {
  items: Map<string, QueueItem>;
  chunks: Map<string, Uint8Array[]>;
}

export function emptyDisk(): Disk {
  return { items: new Map(), chunks: new Map() };
}

const NEVER = new Promise<never>(() => undefined);

/** What one run of the app sees of the disk. After `cut` the app is dead: it writes nothing more. */
export class MemoryStore implements QueueStore {
  private isCut = false;
  private readonly disk: Disk;

  constructor(disk: Disk) {
    this.disk = disk;
  }

  cut(): void {
    this.isCut = true;
  }

  private run<T>(work: () => T): Promise<T> {
    return this.isCut ? NEVER : Promise.resolve(work());
  }

  add(item: QueueItem): Promise<void> {
    return this.run(() => void this.disk.items.set(item.id, item));
  }

  save(item: QueueItem): Promise<void> {
    return this.run(() => {
      if (this.disk.items.has(item.id)) this.disk.items.set(item.id, item);
    });
  }

  list(owner: string): Promise<QueueItem[]> {
    return this.run(() => [...this.disk.items.values()].filter((item) => item.owner === owner));
  }

  append(id: string, index: number, pcm: Uint8Array): Promise<void> {
    return this.run(() => {
      const chunks = this.disk.chunks.get(id) ?? [];
      chunks[index] = pcm;
      this.disk.chunks.set(id, chunks);
    });
  }

  pcmBytes(id: string): Promise<number> {
    return this.run(() =>
      (this.disk.chunks.get(id) ?? []).reduce((sum, { byteLength }) => sum + byteLength, 0),
    );
  }

  readChunks(id: string): Promise<Uint8Array[]> {
    return this.run(() => this.disk.chunks.get(id) ?? []);
  }

  dropAudio(item: QueueItem): Promise<void> {
    return this.run(() => {
      this.disk.items.set(item.id, item);
      this.disk.chunks.delete(item.id);
    });
  }

  remove(id: string): Promise<void> {
    return this.run(() => {
      this.disk.items.delete(id);
      this.disk.chunks.delete(id);
    });
  }
}
