/** `65` is "1:05", `3665` is "1:01:05". Parts of a second are cut off. */
export function formatClock(time_s: number): string {
  const total = Math.max(0, Math.floor(Number.isFinite(time_s) ? time_s : 0));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = String(total % 60).padStart(2, "0");
  if (hours === 0) return `${minutes}:${seconds}`;
  return `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`;
}

/** Such as "22 Nov, 18:52"; the year only when it is another one. */
export function formatMoment(iso: string, language: string, now: Date = new Date()): string {
  const moment = new Date(iso);
  const otherYear = moment.getFullYear() !== now.getFullYear();
  return new Intl.DateTimeFormat(language, {
    ...(otherYear ? { year: "numeric" } : {}),
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
  }).format(moment);
}

/** Such as "Sun, 22 Nov", or "November 2026" for a whole month. `date`: ISO 8601 without a time. */
export function formatDay(date: string, language: string, isMonth: boolean): string {
  const options: Intl.DateTimeFormatOptions = isMonth
    ? { year: "numeric", month: "long" }
    : { weekday: "short", month: "short", day: "numeric" };
  return new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(new Date(date));
}
