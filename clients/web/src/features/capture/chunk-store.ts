import type { Recording } from "@/shared/api/types";

/** A recording that is kept on this device until the server has it. */
export interface KeptRecording {
  id: string;
  /** Whose it is: another person on the same browser must not send it. */
  ownerId: string;
  source: Recording["source"];
  fileName: string;
  contentType: string;
  language: string | null;
  /** ISO 8601; null when it is not known. */
  recordedAt: string | null;
}

/** Keeps audio as it is being recorded, so that a crashed or closed page loses nothing. */
export interface ChunkStore {
  begin(recording: KeptRecording): Promise<void>;
  append(id: string, index: number, chunk: ArrayBuffer): Promise<void>;
  list(ownerId: string): Promise<KeptRecording[]>;
  /** All chunks in order. */
  readAudio(kept: KeptRecording): Promise<Blob>;
  remove(id: string): Promise<void>;
  /** Ids with chunks that belong to no recording: a copy that was interrupted. */
  listOrphans(): Promise<string[]>;
}

const DATABASE = "recognitionhelpers";
const RECORDINGS = "recordings";
const CHUNKS = "chunks";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed."));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB aborted."));
  });
}

function allChunksOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}

/** Rejects where the browser has no IndexedDB or refuses it (some private modes). */
export async function openChunkStore(factory: IDBFactory): Promise<ChunkStore> {
  const opening = factory.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(RECORDINGS, { keyPath: "id" });
    opening.result.createObjectStore(CHUNKS);
  };
  return new IndexedDbChunkStore(await done(opening));
}

class IndexedDbChunkStore implements ChunkStore {
  private readonly database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.database = database;
  }

  async begin(recording: KeptRecording): Promise<void> {
    const transaction = this.database.transaction(RECORDINGS, "readwrite");
    transaction.objectStore(RECORDINGS).put(recording);
    await committed(transaction);
  }

  async append(id: string, index: number, chunk: ArrayBuffer): Promise<void> {
    const transaction = this.database.transaction(CHUNKS, "readwrite", { durability: "strict" });
    transaction.objectStore(CHUNKS).put(chunk, [id, index]);
    await committed(transaction);
  }

  async list(ownerId: string): Promise<KeptRecording[]> {
    const store = this.database.transaction(RECORDINGS).objectStore(RECORDINGS);
    const all = (await done(store.getAll())) as KeptRecording[];
    return all
      .filter((recording) => recording.ownerId === ownerId)
      .sort((a, b) => (a.recordedAt ?? "").localeCompare(b.recordedAt ?? ""));
  }

  async readAudio(kept: KeptRecording): Promise<Blob> {
    const keys = await this.chunkKeys(allChunksOf(kept.id));
    // One after the other: the browser may keep a blob on disk, but not an array.
    const chunks: Blob[] = [];
    for (const key of keys) {
      const store = this.database.transaction(CHUNKS).objectStore(CHUNKS);
      chunks.push(new Blob([(await done(store.get(key))) as ArrayBuffer]));
    }
    return new Blob(chunks, { type: kept.contentType });
  }

  async listOrphans(): Promise<string[]> {
    const ids = new Set((await this.chunkKeys()).map(([id]) => id));
    const store = this.database.transaction(RECORDINGS).objectStore(RECORDINGS);
    for (const id of await done(store.getAllKeys())) ids.delete(id as string);
    return [...ids];
  }

  private async chunkKeys(range?: IDBKeyRange): Promise<[string, number][]> {
    const store = this.database.transaction(CHUNKS).objectStore(CHUNKS);
    return (await done(store.getAllKeys(range))) as [string, number][];
  }

  async remove(id: string): Promise<void> {
    const transaction = this.database.transaction([RECORDINGS, CHUNKS], "readwrite");
    transaction.objectStore(RECORDINGS).delete(id);
    transaction.objectStore(CHUNKS).delete(allChunksOf(id));
    await committed(transaction);
  }
}
