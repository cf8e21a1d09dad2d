import { useTranslation } from "react-i18next";

import type { Recording } from "@/shared/api/types";
import { Notice } from "@/shared/ui/Notice";
import { formatClock, isoDuration } from "@/shared/time/format";

const RULES = ["steady", "tonal", "short", "unsure"] as const;

/** What the machine took for no speech, and that it could not use the person's names and terms. */
export function LeftOut({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const { no_speech, no_speech_s, vocabulary_used } = recording.analysis;
  return (
    <>
      {vocabulary_used === false && (
        <Notice kind="info">{t("captions.leftOut.vocabularyUnused")}</Notice>
      )}
      {no_speech.length > 0 && (
        <details className="left-out">
          <summary>
            {t("captions.leftOut.summary", { count: Math.max(1, Math.round(no_speech_s)) })}
          </summary>
          <p className="muted">{t("captions.leftOut.explained")}</p>
          <ul>
            {no_speech.map(({ start_s, end_s, reason }) => (
              <li key={start_s}>
                <span className="numbers">
                  <time dateTime={isoDuration(start_s)}>{formatClock(start_s)}</time>
                  {"–"}
                  <time dateTime={isoDuration(end_s)}>{formatClock(end_s)}</time>
                </span>{" "}
                {t(`captions.leftOut.rules.${RULES.find((rule) => rule === reason) ?? "other"}`)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
