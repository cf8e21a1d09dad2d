import type { TFunction } from "i18next";

import type { Conversation } from "@/shared/api/types";
import { formatMoment } from "@/shared/time/format";

/** The person's own title, else the first words, else when it was. */
export function conversationTitle(
  t: TFunction,
  language: string,
  { title, preview, started_at }: Conversation,
): string {
  return title || preview || t("history.untitled", { moment: formatMoment(started_at, language) });
}
