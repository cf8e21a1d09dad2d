import type { CareScope } from "@/shared/api/types";

export const SCOPES = ["timeline", "transcript", "audio"] as const satisfies readonly CareScope[];

export interface Terms {
  scopes: CareScope[];
  /** Null: all, also those to come. */
  conversation_ids: string[] | null;
  /** An ISO day, or empty. */
  endsOn: string;
}

/** The end of a day at the clock of this device; null: no end. */
export function endOf(day: string): string | null {
  return day === "" ? null : new Date(`${day}T23:59:59`).toISOString();
}

/** `ABCDEFGHJK` is "ABCDE FGHJK": easier to read aloud. */
export function spelled(code: string): string {
  return `${code.slice(0, 5)} ${code.slice(5)}`;
}
