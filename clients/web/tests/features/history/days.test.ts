import { expect, it } from "vitest";

import { byDay, dayName, localDay } from "@/features/history/days";

import { aConversation } from "../../factories";

it("puts conversations under the local day on which they began", () => {
  const at = (hour: number, day: number) => new Date(2026, 2, day, hour).toISOString();
  const conversations = [at(23, 2), at(0, 2), at(23, 1)].map((started_at, index) =>
    aConversation({ id: `c${index}`, started_at }),
  );
  const days = byDay(conversations);
  expect(days.map(({ key }) => key)).toEqual(["2026-03-02", "2026-03-01"]);
  expect(days.map((day) => day.conversations.map(({ id }) => id))).toEqual([["c0", "c1"], ["c2"]]);
  expect(byDay([])).toEqual([]);
});

it("names a day in the person's language", () => {
  const noon = new Date(2026, 10, 22, 12).toISOString();
  expect(localDay(noon)).toBe("2026-11-22");
  expect(dayName(noon, "ko")).toBe("2026년 11월 22일 일요일");
  expect(dayName(noon, "en")).toBe("Sunday, November 22, 2026");
});
