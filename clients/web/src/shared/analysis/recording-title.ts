import type { TFunction } from "i18next";

import type { Recording } from "@/shared/api/types";
import { formatMoment } from "@/shared/time/format";

/** Neither the person nor a file gave it a name. */
export function isNamedByMoment({ title, source, file_name }: Recording): boolean {
  return title === "" && (source === "microphone" || file_name === "");
}

/** The person's own title, else the file's name, else when it was recorded. */
export function recordingTitle(t: TFunction, language: string, recording: Recording): string {
  if (isNamedByMoment(recording)) {
    const moment = formatMoment(recording.recorded_at ?? recording.created_at, language);
    return t("recordings.untitled", { moment });
  }
  return recording.title || recording.file_name;
}
