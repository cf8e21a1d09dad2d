import { describe, expect, it } from "vitest";

import { barHeight, LevelWatch, measureLevel } from "@/shared/microphone/level";

describe("measuring", () => {
  it("finds the peak and the loudness", () => {
    const full = measureLevel(Float32Array.from([1, -1, 1, -1]));
    expect(full).toEqual({ peak: 1, rms_db: 0 });
    const tenth = measureLevel(Float32Array.from([0.1, -0.1]));
    expect(tenth.peak).toBeCloseTo(0.1, 6);
    expect(tenth.rms_db).toBeCloseTo(-20, 4);
  });

  it("of silence, or of nothing, is minus infinity", () => {
    expect(measureLevel(new Float32Array(8))).toEqual({ peak: 0, rms_db: -Infinity });
    expect(measureLevel(new Float32Array(0))).toEqual({ peak: 0, rms_db: -Infinity });
  });

  it.each([
    [0, 1],
    [-30, 0.5],
    [-60, 0],
    [-90, 0],
    [-Infinity, 0],
    [3, 1],
  ])("draws %d dB as %d", (rms_db, height) => {
    expect(barHeight(rms_db)).toBe(height);
  });
});

describe("watching", () => {
  const zero = { peak: 0, rms_db: -Infinity };
  const speech = { peak: 0.3, rms_db: -25 };
  const loud = { peak: 1, rms_db: -2 };

  it("warns after three seconds of nothing, and stops when sound comes", () => {
    const watch = new LevelWatch(1_000);
    expect(watch.push(zero, 3_950)).toBeNull();
    expect(watch.push(zero, 4_000)).toBe("silent");
    expect(watch.push(speech, 4_050)).toBeNull();
    expect(watch.push(zero, 7_000)).toBeNull();
    expect(watch.push(zero, 7_050)).toBe("silent");
  });

  it("does not take a quiet room for a muted microphone", () => {
    const watch = new LevelWatch(0);
    expect(watch.push({ peak: 0.002, rms_db: -58 }, 10_000)).toBeNull();
  });

  it("warns when it is too loud for several readings, for two seconds", () => {
    const watch = new LevelWatch(0);
    expect(watch.push(loud, 50)).toBeNull();
    expect(watch.push(loud, 100)).toBeNull();
    expect(watch.push(loud, 150)).toBe("clipping");
    expect(watch.push(speech, 2_100)).toBe("clipping");
    expect(watch.push(speech, 2_150)).toBeNull();
  });

  it("lets a single click pass", () => {
    const watch = new LevelWatch(0);
    for (const now_ms of [0, 100, 200, 300]) {
      expect(watch.push(loud, now_ms)).toBeNull();
      expect(watch.push(speech, now_ms + 50)).toBeNull();
    }
  });
});
