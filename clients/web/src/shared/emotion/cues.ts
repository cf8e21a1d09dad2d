import type { TFunction } from "i18next";

import type { Cues } from "@/shared/api/types";

/** More would push the words away. */
const MOST_WORDS = 2;

/** `(loud, fast)`: what was measured beside how it sounds; empty when nothing sets the line apart. */
export function cueMark(t: TFunction, cues: Cues | null): string {
  const words = (cues?.words ?? []).slice(0, MOST_WORDS);
  return words.length === 0 ? "" : `(${words.map((word) => t(`emotion.cue.${word}`)).join(", ")})`;
}
