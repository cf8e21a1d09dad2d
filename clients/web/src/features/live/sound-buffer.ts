import { SAMPLE_RATE_HZ } from "@api/live-frames";

/** What is kept while there is no connection: half an hour, 58 MB. */
const MOST_SAMPLES = 30 * 60 * SAMPLE_RATE_HZ;

interface Chunk {
  first: number;
  sound: Int16Array;
}

/** Keeps what was recorded until the server has it on its disk. Positions count samples from the beginning. */
export class SoundBuffer {
  private chunks: Chunk[] = [];
  private begin = 0;
  private total = 0;
  private readonly most: number;

  constructor(most = MOST_SAMPLES) {
    this.most = most;
  }

  /** How much was recorded, in samples. */
  get end(): number {
    return this.total;
  }

  /** The first sample that is still here. */
  get start(): number {
    return this.begin;
  }

  push(sound: Int16Array): void {
    this.chunks.push({ first: this.total, sound });
    this.total += sound.length;
    if (this.total - this.begin > this.most) this.forget(this.total - this.most);
  }

  /** The server has everything before `position`. */
  forget(position: number): void {
    const kept = this.chunks.findIndex(({ first, sound }) => first + sound.length > position);
    this.chunks = kept === -1 ? [] : this.chunks.slice(kept);
    this.begin = this.chunks[0]?.first ?? this.total;
  }

  /** From `position` to the end of its chunk; null when there is nothing there (yet, or any more). */
  read(position: number): Int16Array | null {
    const chunk = this.chunks[this.find(position)];
    if (chunk === undefined) return null;
    return chunk.sound.subarray(position - chunk.first);
  }

  /** Exactly `length` samples from `position`; null when they are not all there. */
  take(position: number, length: number): Int16Array<ArrayBuffer> | null {
    if (position < this.begin || position + length > this.total) return null;
    const taken = new Int16Array(length);
    let filled = 0;
    while (filled < length) {
      const sound = this.read(position + filled);
      if (sound === null) return null;
      const piece = sound.subarray(0, length - filled);
      taken.set(piece, filled);
      filled += piece.length;
    }
    return taken;
  }

  private find(position: number): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = this.chunks[middle];
      if (chunk === undefined) break;
      if (chunk.first + chunk.sound.length <= position) low = middle + 1;
      else high = middle;
    }
    const found = this.chunks[low];
    return found !== undefined && found.first <= position ? low : -1;
  }
}
