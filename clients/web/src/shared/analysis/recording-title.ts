import type { TFunction } from "i18next";

import type { Recording } from "@/shared/api/types";
import { formatMoment } from "@/shared/time/format";

/** The person's own title, else the file's name, else when it was recorded. */
export function recordingTitle(t: TFunction, language: string, recording: Recording): string {
  if (recording.title !== "") return recording.title;
  if (recording.source === "file" && recording.file_name !== "") return recording.file_name;
  const moment = formatMoment(recording.recorded_at ?? recording.created_at, language);
  return t("recordings.untitled", { moment });
}
