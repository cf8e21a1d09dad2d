import type { Timeline } from "@/shared/api/types";

export type Span = "week" | "month" | "year";

const DAYS: Record<Span, number> = { week: 7, month: 31, year: 366 };
const STEPS: Record<Span, Timeline["step"]> = { week: "day", month: "day", year: "month" };

/** `2026-11-22` of a moment, in the time zone of this phone. */
export function dateOf(moment: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** The days that end today. Both ends are included. */
export function rangeOf(span: Span, today: Date) {
  const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - DAYS[span] + 1);
  return { start: dateOf(first), end: dateOf(today), step: STEPS[span] };
}
