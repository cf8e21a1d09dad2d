import { useTranslation } from "react-i18next";

import type { AnalysisState, Recording } from "@/shared/api/types";
import { errorText } from "@/shared/errors/error-text";
import { formatClock } from "@/shared/time/format";
import { Icon } from "@/shared/ui/Icon";
import type { IconName } from "@/shared/ui/Icon";
import { ProgressBar } from "@/shared/ui/ProgressBar";

const ICONS: Record<AnalysisState, IconName> = {
  live: "microphone",
  queued: "clock",
  running: "upload",
  done: "check",
  failed: "warning",
  cancelled: "stop",
};

/** Where the analysis is: waiting, how far, done, or what went wrong and what to do. */
export function AnalysisStatus({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const { analysis } = recording;
  if (analysis.state === "running") return <RunningStatus recording={recording} />;
  const isEmpty = analysis.state === "done" && analysis.utterance_count === 0;
  return (
    <div className="status" data-state={analysis.state}>
      <p className="status-line">
        <Icon name={ICONS[analysis.state]} />
        <span>{isEmpty ? t("recordings.noSpeech") : t(`recordings.state.${analysis.state}`)}</span>
      </p>
      {analysis.state === "failed" && analysis.error && (
        <p className="status-error">{errorText(t, analysis.error)}</p>
      )}
    </div>
  );
}

function RunningStatus({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const { analysis, duration_s } = recording;
  const percent = t("recordings.percent", { percent: Math.floor(analysis.progress * 100) });
  const position =
    duration_s === null
      ? null
      : t("recordings.position", {
          done: formatClock(Math.min(analysis.processed_until_s, duration_s)),
          total: formatClock(duration_s),
        });
  return (
    <div className="status" data-state="running">
      <p className="status-line">
        <span className="pulse" aria-hidden="true" />
        <span>{t("recordings.state.running")}</span>
        <span className="status-detail numbers">
          {percent}
          {position !== null && ` · ${position}`}
        </span>
      </p>
      <ProgressBar
        label={t("recordings.progress")}
        value={analysis.progress}
        text={position === null ? percent : `${percent}, ${position}`}
      />
    </div>
  );
}
