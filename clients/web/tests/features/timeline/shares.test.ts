import { describe, expect, it } from "vitest";

import { addDays, bucketName, minutes, nextStart, slots, today } from "@/features/timeline/days";
import { inOrder, soundOf, total_s } from "@/features/timeline/flat-lanes";
import { axisTop, heardLabels, shareOf, standsOut, usualOf } from "@/features/timeline/shares";
import { endOf, spelled } from "@/features/care/terms";
import type { Lanes, LaneUtterance, Timeline, TimelineBucket } from "@/shared/api/types";

function aBucket(change: Partial<TimelineBucket> = {}): TimelineBucket {
  return {
    start: "2026-03-02",
    end: "2026-03-02",
    speech_s: 120,
    counted_s: 100,
    uncertainty: 0.2,
    unsure: { utterance_count: 1, speech_s: 20 },
    not_asked: { utterance_count: 0, speech_s: 0 },
    emotions: [{ label: "sad", share: 0.4, utterance_count: 3, speech_s: 40, strength: 0.5 }],
    ...change,
  };
}

function aTimeline(change: Partial<Timeline> = {}): Timeline {
  return {
    start: "2026-03-01",
    end: "2026-03-07",
    step: "day",
    time_zone: "Asia/Seoul",
    buckets: [aBucket()],
    band: {
      start: "2026-01-01",
      end: "2026-02-28",
      bucket_count: 20,
      ranges: [
        { label: "sad", low: 0.1, high: 0.3 },
        { label: "happy", low: 0, high: 0.2 },
        { label: "fear", low: 0, high: 0 },
      ],
    },
    speakers: [],
    ...change,
  };
}

describe("days", () => {
  it("are counted over months and changes of the clock", () => {
    expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
    expect(addDays("2026-03-29", -1)).toBe("2026-03-28");
    expect(nextStart("2026-01-01", "month")).toBe("2026-02-01");
    expect(slots("2026-03-02", "2026-03-20", "week")).toEqual([
      "2026-03-02",
      "2026-03-09",
      "2026-03-16",
    ]);
  });

  it("begin where the person lives", () => {
    const evening = new Date("2026-03-01T20:00:00Z");
    expect(today("Asia/Seoul", evening)).toBe("2026-03-02");
    expect(today("", evening)).toBe("2026-03-01");
  });

  it("have names", () => {
    expect(bucketName("2026-03-02", "2026-03-02", "day", "en")).toBe("Mon, Mar 2");
    expect(bucketName("2026-03-01", "2026-03-31", "month", "ko")).toBe("2026년 3월");
    expect(minutes(90, "en")).toBe("1.5");
    expect(minutes(3600, "en")).toBe("60");
  });
});

describe("shares", () => {
  it("stand out of the usual range only with a minute of speech", () => {
    const timeline = aTimeline();
    const usual = usualOf(timeline, "sad");
    expect(standsOut(aBucket(), "sad", usual)).toBe("more");
    expect(standsOut(aBucket({ emotions: [] }), "sad", usual)).toBe("less");
    expect(standsOut(aBucket({ counted_s: 59 }), "sad", usual)).toBeNull();
    expect(standsOut(aBucket(), "sad", null)).toBeNull();
    expect(standsOut(undefined, "sad", usual)).toBeNull();
    expect(shareOf(undefined, "sad")).toBe(0);
  });

  it("are shown for what was heard or usually is", () => {
    expect(heardLabels(aTimeline())).toEqual(["happy", "sad"]);
    expect(heardLabels(aTimeline({ band: null }))).toEqual(["sad"]);
  });

  it("have an axis that fits", () => {
    expect([0.05, 0.1, 0.3, 0.9].map(axisTop)).toEqual([0.1, 0.1, 0.5, 1]);
  });
});

describe("lanes", () => {
  const utterance = (id: string, at_s: number): LaneUtterance => ({
    id,
    recording_id: "r",
    start_s: at_s,
    end_s: at_s + 2,
    at_s,
    emotion: null,
    text: null,
  });
  const lanes: Lanes = {
    conversation_id: "c",
    title: null,
    recordings: [
      { id: "r", offset_s: 0, duration_s: null, began_at: "2026-03-02T10:00:00Z", audio_url: null },
    ],
    lanes: [
      { speaker: "A", utterances: [utterance("1", 0), utterance("3", 8)] },
      { speaker: "", utterances: [utterance("2", 4)] },
    ],
  };

  it("are gone through in order of time", () => {
    expect(inOrder(lanes).map(({ utterance: { id }, lane }) => [id, lane])).toEqual([
      ["1", 0],
      ["2", 1],
      ["3", 0],
    ]);
    expect(total_s(lanes)).toBe(10);
  });

  it("say that the model is unsure, or that nothing is known", () => {
    const emotion = { label: "sad", confident: false, strength: 0.5, probability: 0.3 } as const;
    expect(soundOf({ ...utterance("1", 0), emotion })).toBe("unsure");
    expect(soundOf({ ...utterance("1", 0), emotion: { ...emotion, confident: true } })).toBe("sad");
    expect(soundOf(utterance("1", 0))).toBeNull();
  });
});

describe("terms of a link", () => {
  it("end with a day, or never", () => {
    expect(endOf("")).toBeNull();
    expect(new Date(endOf("2026-03-02") ?? "").getHours()).toBe(23);
    expect(spelled("ABCDEFGHJK")).toBe("ABCDE FGHJK");
  });
});
