import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { AnalysisStatus } from "@/shared/analysis/AnalysisStatus";
import { recordingTitle } from "@/shared/analysis/recording-title";
import type { Recording } from "@/shared/api/types";
import { formatClock, formatMoment } from "@/shared/time/format";
import { Icon } from "@/shared/ui/Icon";

import { DeleteButton } from "./DeleteButton";
import { RunButtons } from "./RunButtons";

export function RecordingCard({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const title = recordingTitle(t, i18n.language, recording);
  const moment = recording.recorded_at ?? recording.created_at;
  const isMicrophone = recording.source === "microphone";
  return (
    <article className="card recording-card" data-state={recording.analysis.state}>
      <div className="card-head">
        <h3 className="card-title">
          <Icon name={isMicrophone ? "microphone" : "file"} />
          <Link to={`/recordings/${recording.id}`} className="card-link">
            {title}
          </Link>
        </h3>
        <div className="card-tools">
          <DeleteButton recording={recording} />
        </div>
      </div>
      <p className="card-facts numbers">
        <span className="visually-hidden">
          {t(isMicrophone ? "recordings.fromMicrophone" : "recordings.fromFile")},{" "}
        </span>
        <time dateTime={moment}>{formatMoment(moment, i18n.language)}</time>
        {recording.duration_s !== null && ` · ${formatClock(recording.duration_s)}`}
      </p>
      <AnalysisStatus recording={recording} />
      <RunButtons recording={recording} />
    </article>
  );
}
