import { BYTES_PER_SAMPLE } from "./item";
import type { QueueItem, StreamPart } from "./item";
import type { QueueEvent } from "./machine";

type StreamEvent = Extract<
  QueueEvent,
  { type: "streamOpened" | "streamHas" | "streamOver" | "streamCaptioned" }
>;

/** What becomes of a segment of a live talk; the same object when the event means nothing to it. */
export function stepStream(item: QueueItem, event: StreamEvent): QueueItem {
  const { stream } = item;
  if (stream === null) return item;
  switch (event.type) {
    case "streamOpened":
      return stream.opened ? item : { ...item, stream: { ...stream, opened: true } };
    case "streamHas":
      return item.state === "streaming" && event.samples >= endOf(item, stream)
        ? { ...item, state: "safe" }
        : item;
    case "streamOver":
      if (item.state !== "recording" && item.state !== "streaming") return item;
      if (stream.overAt !== null) return item;
      return settled({ ...item, stream: { ...stream, overAt: event.samples } });
    case "streamCaptioned":
      return item.state === "safe" ? { ...item, state: "captioned" } : item;
  }
}

/** A whole segment of a stream that is over: it is on the server, or the rest of it becomes a recording of its own. */
export function settled(item: QueueItem): QueueItem {
  const { stream } = item;
  if (item.state !== "streaming" || stream === null || stream.overAt === null) return item;
  if (stream.overAt >= endOf(item, stream)) return { ...item, state: "safe" };
  const arrived = Math.max(0, stream.overAt - stream.first);
  const began_ms = Date.parse(item.recordedAt) + (arrived / item.sampleRate_hz) * 1000;
  return {
    ...item,
    state: "waiting",
    stream: null,
    skip_bytes: arrived * BYTES_PER_SAMPLE,
    recordedAt: new Date(began_ms).toISOString(),
  };
}

/** The sample after its last one. */
function endOf({ pcm_bytes }: QueueItem, { first }: StreamPart): number {
  return first + pcm_bytes / BYTES_PER_SAMPLE;
}
