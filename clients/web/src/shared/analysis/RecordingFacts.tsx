import { useTranslation } from "react-i18next";

import type { Recording } from "@/shared/api/types";
import { formatClock, formatMoment } from "@/shared/time/format";

import { isNamedByMoment } from "./recording-title";

/** Where it came from, when (unless the title says so already), and how long it is. */
export function RecordingFacts({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const isMicrophone = recording.source === "microphone";
  const moment = recording.recorded_at ?? recording.created_at;
  return (
    <p className="card-facts numbers">
      {t(isMicrophone ? "recordings.fromMicrophone" : "recordings.fromFile")}
      {!isNamedByMoment(recording) && (
        <>
          {" · "}
          <time dateTime={moment}>{formatMoment(moment, i18n.language)}</time>
        </>
      )}
      {recording.duration_s !== null && ` · ${formatClock(recording.duration_s)}`}
    </p>
  );
}
