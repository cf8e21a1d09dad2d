import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { AnalysisStatus } from "@/shared/analysis/AnalysisStatus";
import { RecordingFacts } from "@/shared/analysis/RecordingFacts";
import { recordingTitle } from "@/shared/analysis/recording-title";
import type { Recording } from "@/shared/api/types";
import { Icon } from "@/shared/ui/Icon";

import { DeleteButton } from "./DeleteButton";
import { RunButtons } from "./RunButtons";

export function RecordingCard({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  return (
    <article className="card recording-card" data-state={recording.analysis.state}>
      <div className="card-head">
        <div className="card-names">
          <h3 className="card-title">
            <Icon name={recording.source === "microphone" ? "microphone" : "file"} />
            <Link to={`/recordings/${recording.id}`} className="card-link">
              {recordingTitle(t, i18n.language, recording)}
            </Link>
          </h3>
          <RecordingFacts recording={recording} />
        </div>
        <div className="card-tools">
          <DeleteButton recording={recording} />
        </div>
      </div>
      <AnalysisStatus recording={recording} />
      <RunButtons recording={recording} />
    </article>
  );
}
