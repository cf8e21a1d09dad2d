import { SAMPLE_RATE_HZ } from "@api/live-frames";

import { BYTES_PER_SAMPLE } from "@/shared/queue/item";
import type { QueueItem } from "@/shared/queue/item";
import type { RecordingQueue } from "@/shared/queue/queue";
import { joined } from "@/shared/queue/wav";

/** The server takes live sound at this rate, and at no other. */
export const LIVE_RATE_HZ = SAMPLE_RATE_HZ;

/** A piece of a live talk that is on disk. */
export interface LiveSound {
  streamId: string;
  /** Its first sample, counted from the beginning of the talk. */
  first: number;
  /** 16-bit samples, little-endian. */
  pcm: Uint8Array;
}

/** What is to be sent from a position on; `gapUntil`: it is lost, and goes on there. */
export type Next = { samples: Int16Array } | { gapUntil: number };

/** Longer than the longest segment: what is older is read from the disk. */
const KEPT_SAMPLES = 60 * SAMPLE_RATE_HZ;

/** The sound of one talk by position, from memory while it is fresh and from the phone's store when it is not. */
export class StreamSound {
  private readonly queue: Pick<RecordingQueue, "snapshot" | "readAudio">;
  private readonly streamId: string;
  private recent: LiveSound[] = [];
  private cached: { id: string; pcm: Uint8Array } | null = null;

  constructor(queue: Pick<RecordingQueue, "snapshot" | "readAudio">, streamId: string) {
    this.queue = queue;
    this.streamId = streamId;
  }

  push(sound: LiveSound): void {
    this.recent.push(sound);
    const oldest = endOf(sound.first, sound.pcm) - KEPT_SAMPLES;
    if ((this.recent[0]?.first ?? 0) < oldest - SAMPLE_RATE_HZ) {
      this.recent = this.recent.filter(({ first, pcm }) => endOf(first, pcm) > oldest);
    }
  }

  /** How much there is, in samples from the beginning of the talk. */
  get end(): number {
    const last = this.recent.at(-1);
    const ends = this.parts().map(({ stream, pcm_bytes }) => stream.first + samplesIn(pcm_bytes));
    return Math.max(0, last === undefined ? 0 : endOf(last.first, last.pcm), ...ends);
  }

  /** From `position` on; null: there is nothing yet. */
  async read(position: number): Promise<Next | null> {
    const fresh = this.recent.find(
      ({ first, pcm }) => first <= position && position < endOf(first, pcm),
    );
    if (fresh !== undefined) return { samples: samplesFrom(fresh.pcm, position - fresh.first) };
    const part = this.parts().find(
      ({ stream, pcm_bytes }) =>
        stream.first <= position && position < stream.first + samplesIn(pcm_bytes),
    );
    if (part?.hasAudio === true) {
      const pcm = await this.load(part.id);
      if (pcm.byteLength >= part.pcm_bytes) {
        return { samples: samplesFrom(pcm, position - part.stream.first) };
      }
    }
    const later = [
      ...this.recent.map(({ first }) => first),
      ...this.parts().map(({ stream }) => stream.first),
      ...(part === undefined ? [] : [part.stream.first + samplesIn(part.pcm_bytes)]),
    ].filter((first) => first > position && first < this.end);
    return later.length === 0 ? null : { gapUntil: Math.min(...later) };
  }

  private async load(id: string): Promise<Uint8Array> {
    if (this.cached?.id === id) return this.cached.pcm;
    const pcm = joined(await this.queue.readAudio(id));
    this.cached = { id, pcm };
    return pcm;
  }

  /** Segments whose length is known. */
  private parts() {
    return this.queue.snapshot().filter(isPartOf(this.streamId));
  }
}

type Part = QueueItem & { stream: NonNullable<QueueItem["stream"]> };

function isPartOf(streamId: string) {
  return (item: QueueItem): item is Part =>
    item.stream?.id === streamId && item.state !== "recording" && item.pcm_bytes > 0;
}

function samplesIn(bytes: number): number {
  return bytes / BYTES_PER_SAMPLE;
}

function endOf(first: number, pcm: Uint8Array): number {
  return first + samplesIn(pcm.byteLength);
}

/** A copy: the bytes may lie at an odd address. */
function samplesFrom(pcm: Uint8Array, position: number): Int16Array {
  const last = position + SAMPLE_RATE_HZ;
  return new Int16Array(pcm.slice(position * BYTES_PER_SAMPLE, last * BYTES_PER_SAMPLE).buffer);
}
