import type { TFunction } from "i18next";

import type { Utterance } from "@/shared/api/types";

import { shownEmotion } from "./shown-emotion";

/** One line of the script: `(angrily) You said it first.` */
export function scriptLine(
  t: TFunction,
  utterance: Pick<Utterance, "text" | "emotion">,
  options: { withEmotion: boolean },
): string {
  const shown = options.withEmotion ? shownEmotion(utterance.emotion) : null;
  const tag = shown === null ? "" : t(`emotion.script.${shown}`);
  const words = utterance.text || t("captions.speechUnwritten");
  return tag === "" ? words : `${tag} ${words}`;
}
