import type { TimelineStep } from "@/shared/api/types";

const DAY_MS = 86_400_000;

/** Days are ISO texts; arithmetic is done at noon UTC, far from any change of the clock. */
function toDate(day: string): Date {
  return new Date(`${day}T12:00:00Z`);
}

export function addDays(day: string, count: number): string {
  return new Date(toDate(day).getTime() + count * DAY_MS).toISOString().slice(0, 10);
}

/** The day that it is now in a time zone. */
export function today(timeZone: string, now: Date = new Date()): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: timeZone || "UTC" }).format(now);
}

export function nextStart(start: string, step: TimelineStep): string {
  if (step === "day") return addDays(start, 1);
  if (step === "week") return addDays(start, 7);
  const date = toDate(start);
  date.setUTCMonth(date.getUTCMonth() + 1, 1);
  return date.toISOString().slice(0, 10);
}

/** The first day of every bucket from `start` to `end`, also of those in which nobody spoke. */
export function slots(start: string, end: string, step: TimelineStep): string[] {
  const found: string[] = [];
  for (let day = start; day <= end; day = nextStart(day, step)) found.push(day);
  return found;
}

/** Such as "Mon, 2 Mar", "2–8 Mar" or "March 2026". */
export function bucketName(
  start: string,
  end: string,
  step: TimelineStep,
  language: string,
): string {
  if (step === "month") {
    return new Intl.DateTimeFormat(language, {
      month: "long",
      year: "numeric",
      timeZone: "UTC",
    }).format(toDate(start));
  }
  const format = new Intl.DateTimeFormat(language, {
    month: "short",
    day: "numeric",
    ...(step === "day" ? { weekday: "short" } : {}),
    timeZone: "UTC",
  });
  return step === "day"
    ? format.format(toDate(start))
    : format.formatRange(toDate(start), toDate(end));
}

export function dayName(day: string, language: string): string {
  return new Intl.DateTimeFormat(language, {
    year: "numeric",
    month: "short",
    day: "numeric",
    timeZone: "UTC",
  }).format(toDate(day));
}

export function percent(share: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(
    share,
  );
}

/** Whole minutes, or tenths of few. */
export function minutes(seconds: number, language: string): string {
  const value = seconds / 60;
  return new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(
    value,
  );
}
