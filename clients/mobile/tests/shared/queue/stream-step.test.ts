import fc from "fast-check";

import type { QueueItem } from "@/shared/queue/item";
import { placeOf, readItem, recordingIdOf } from "@/shared/queue/item";
import { step } from "@/shared/queue/machine";
import type { QueueEvent } from "@/shared/queue/machine";

import { queueItem } from "./items";

const STREAM = {
  id: "5d6d6e9e-6a2f-4b5e-9a77-3f1f0a7f0005",
  first: 8_000,
  opened: true,
  overAt: null,
};
/** 8,000 samples of a talk, from its 8,000th on. */
const PART = queueItem({ state: "streaming", stream: STREAM, pcm_bytes: 16_000 });

function stateAfter(item: QueueItem, ...events: QueueEvent[]): QueueItem {
  return events.reduce((held, event) => step(held, event), item);
}

test("a segment of a talk is sent over the live connection, not by itself", () => {
  const open = queueItem({ state: "recording", stream: STREAM });
  expect(step(open, { type: "closed", pcm_bytes: 16_000 })).toMatchObject({ state: "streaming" });
  const found = step(open, { type: "restarted", pcm_bytes: 10_000 });
  expect(found).toMatchObject({ state: "streaming", recovered: true, pcm_bytes: 10_000 });
  expect(step(PART, { type: "sendBegan" })).toBe(PART);
});

test.each([
  [15_999, "streaming"],
  [16_000, "safe"],
])("with %i samples on the server it is %s", (samples, state) => {
  expect(step(PART, { type: "streamHas", samples }).state).toBe(state);
});

test("what the server has of a stream that is over is safe, in the recording of the talk", () => {
  const safe = step(PART, { type: "streamOver", samples: 16_000 });
  expect(safe.state).toBe("safe");
  expect(recordingIdOf(safe)).toBe(STREAM.id);
  expect(step(safe, { type: "streamCaptioned" }).state).toBe("captioned");
});

test("the rest becomes a recording of its own, which begins where the other ends", () => {
  const rest = step(PART, { type: "streamOver", samples: 12_000 });
  expect(rest).toMatchObject({
    state: "waiting",
    stream: null,
    skip_bytes: 8_000,
    recordedAt: "2026-11-22T10:00:00.250Z",
  });
  expect(recordingIdOf(rest)).toBe(PART.id);
  const all = step(PART, { type: "streamOver", samples: 0 });
  expect(all).toMatchObject({ state: "waiting", skip_bytes: 0, recordedAt: PART.recordedAt });
});

test("a stream that ends while a segment is being recorded", () => {
  const open = queueItem({ state: "recording", stream: STREAM });
  const over: QueueEvent = { type: "streamOver", samples: 12_000 };
  const closed: QueueEvent = { type: "closed", pcm_bytes: 16_000 };
  expect(stateAfter(open, over, closed)).toEqual(stateAfter(open, closed, over));
  expect(stateAfter(open, over)).toMatchObject({ state: "recording", hasAudio: true });
});

test("where people are told that it is", () => {
  expect(placeOf(PART)).toBe("way");
  expect(placeOf({ ...PART, stream: { ...STREAM, opened: false } })).toBe("phone");
});

test("what an earlier version of the app wrote is read", () => {
  const { stream, skip_bytes, ...earlier } = queueItem();
  expect(readItem(JSON.stringify(earlier))).toEqual(queueItem({ stream, skip_bytes }));
});

test("whatever comes in whatever order, what the server does not have is still sent", () => {
  const samples = fc.integer({ min: 0, max: 24_000 });
  const anyEvent: fc.Arbitrary<QueueEvent> = fc.oneof(
    fc.constant<QueueEvent>({ type: "streamOpened" }),
    samples.map<QueueEvent>((count) => ({ type: "streamHas", samples: count })),
    fc.constant<QueueEvent>({ type: "streamCaptioned" }),
    fc.constant<QueueEvent>({ type: "closed", pcm_bytes: 16_000 }),
    fc.constant<QueueEvent>({ type: "restarted", pcm_bytes: 16_000 }),
    fc.constant<QueueEvent>({ type: "audioDropped" }),
  );
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 20 }), samples, (events, last) => {
      const had = events.map((event) => (event.type === "streamHas" ? event.samples : 0));
      const atEnd = Math.max(last, ...had);
      const open = queueItem({ state: "recording", stream: { ...STREAM, opened: false } });
      const item = stateAfter(
        stateAfter(open, ...events),
        { type: "closed", pcm_bytes: 16_000 },
        { type: "streamOver", samples: atEnd },
      );
      if (atEnd >= 16_000) {
        expect(["safe", "captioned"]).toContain(item.state);
      } else {
        const skipped = Math.max(0, atEnd - STREAM.first) * 2;
        expect(item).toMatchObject({ state: "waiting", hasAudio: true, skip_bytes: skipped });
      }
    }),
    { numRuns: 500 },
  );
});
