/** `65` is "1:05", `3665` is "1:01:05". Parts of a second are cut off. */
export function formatClock(time_s: number): string {
  const total = Math.max(0, Math.floor(Number.isFinite(time_s) ? time_s : 0));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = String(total % 60).padStart(2, "0");
  if (hours === 0) return `${minutes}:${seconds}`;
  return `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`;
}

/** The form of `<time datetime>`: "PT65S". */
export function isoDuration(time_s: number): string {
  return `PT${Math.max(0, Math.floor(time_s))}S`;
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

/** An ISO day, such as "Sun, 22 Nov"; the year only when it is another one. */
export function formatDay(day: string, language: string, now: Date = new Date()): string {
  const noon = new Date(`${day}T12:00:00Z`);
  const otherYear = noon.getUTCFullYear() !== now.getFullYear();
  return new Intl.DateTimeFormat(language, {
    ...(otherYear ? { year: "numeric" } : {}),
    month: "short",
    day: "numeric",
    weekday: "short",
    timeZone: "UTC",
  }).format(noon);
}

/** Such as "1.2 MB". */
export function formatBytes(size_bytes: number, language: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(size_bytes || 1) / 3)));
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[step] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(size_bytes / 1000 ** step);
}
