import type { ChunkStore, KeptRecording } from "./chunk-store";

const SLICE_BYTES = 4 * 1024 * 1024;

/**
 * Copies a chosen file into the browser, so that a closed tab does not lose it. The recording is
 * written last: a copy that was interrupted is not taken for a whole one.
 * Rejects when there is no room, or when the file is gone from the person's disk.
 */
export async function copyFile(store: ChunkStore, kept: KeptRecording, file: Blob): Promise<void> {
  try {
    for (let index = 0; index * SLICE_BYTES < file.size; index += 1) {
      const slice = file.slice(index * SLICE_BYTES, (index + 1) * SLICE_BYTES);
      await store.append(kept.id, index, await slice.arrayBuffer());
    }
    await store.begin(kept);
  } catch (error) {
    await store.remove(kept.id).catch(() => undefined);
    throw error;
  }
}
