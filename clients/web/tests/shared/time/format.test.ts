import { expect, it } from "vitest";

import {
  formatBytes,
  formatClock,
  formatDay,
  formatMoment,
  isoDuration,
} from "@/shared/time/format";

it.each([
  [0, "0:00"],
  [9.99, "0:09"],
  [65, "1:05"],
  [130, "2:10"],
  [600, "10:00"],
  [3665, "1:01:05"],
  [14_400, "4:00:00"],
  [-1, "0:00"],
  [Infinity, "0:00"],
  [NaN, "0:00"],
])("shows %d s as %s", (time_s, text) => {
  expect(formatClock(time_s)).toBe(text);
});

it("writes durations for machines", () => {
  expect(isoDuration(65.4)).toBe("PT65S");
});

it("names a moment in the reader's language, with the year only when it is another one", () => {
  const now = new Date(2026, 10, 22);
  const iso = new Date(2026, 10, 22, 18, 5).toISOString();
  expect(formatMoment(iso, "en", now)).toMatch(/^Nov 22, 6:05\sPM$/);
  expect(formatMoment(iso, "ko", now)).toMatch(/^11월 22일 (오후|PM) 6:05$/);
  expect(formatMoment(iso, "en", new Date(2027, 0, 1))).toContain("2026");
});

it.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [12_345, "12.3 kB"],
  [5_000_000, "5 MB"],
  [2_500_000_000, "2.5 GB"],
])("shows %d bytes as %s", (size_bytes, text) => {
  expect(formatBytes(size_bytes, "en")).toBe(text);
});

it("names a day as people do, with the year only when it is another one", () => {
  const now = new Date("2026-11-23T12:00:00Z");
  expect(formatDay("2026-11-17", "ko", now)).toBe("11월 17일 (화)");
  expect(formatDay("2025-11-17", "ko", now)).toContain("2025년");
});
