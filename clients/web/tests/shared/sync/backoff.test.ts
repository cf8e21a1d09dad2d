import { expect, it } from "vitest";

import { backoffDelay_ms } from "@/shared/sync/backoff";

it("doubles from half a second up to 30 s", () => {
  const longest = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => backoffDelay_ms(attempt, () => 1));
  expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

it("leaves half of the time to chance", () => {
  expect(backoffDelay_ms(1, () => 0)).toBe(500);
  expect(backoffDelay_ms(1, () => 0.5)).toBe(750);
});
