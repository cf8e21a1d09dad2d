import { useTranslation } from "react-i18next";
import { Link, Navigate, useParams } from "react-router";

import { CaptionsView } from "@/features/captions/CaptionsView";
import { UploadCard } from "@/features/capture/UploadList";
import { useUpload } from "@/features/capture/context";
import { AnalyseAgain } from "@/features/recordings/AnalyseAgain";
import { DeleteButton } from "@/features/recordings/DeleteButton";
import { EmotionSwitch } from "@/features/recordings/EmotionSwitch";
import { RenameButton } from "@/features/recordings/RenameButton";
import { RunButtons } from "@/features/recordings/RunButtons";
import { AnalysisStatus } from "@/shared/analysis/AnalysisStatus";
import { RecordingFacts } from "@/shared/analysis/RecordingFacts";
import { recordingTitle } from "@/shared/analysis/recording-title";
import { useMe } from "@/shared/api/get-me";
import { useLoadRecording } from "@/shared/api/get-recording";
import { ApiProblem } from "@/shared/api/problem";
import type { Recording } from "@/shared/api/types";
import { useIsDeleted, useRecording } from "@/shared/library/context";
import { Icon } from "@/shared/ui/Icon";
import { usePageTitle } from "@/shared/ui/use-page-title";

import { useFocusIfLost } from "../use-focus-on-navigation";

import { NotFoundPage } from "./NotFoundPage";
import { UnreachablePage } from "./UnreachablePage";

export function RecordingPage() {
  const { id = "" } = useParams();
  // Another recording is another page: playback and scrolling start anew.
  return <OneRecording key={id} id={id} />;
}

function OneRecording({ id }: { id: string }) {
  const { t } = useTranslation();
  const recording = useRecording(id);
  const upload = useUpload(id);
  const isDeleted = useIsDeleted(id);
  const load = useLoadRecording(id, !recording && !upload && !isDeleted);
  if (isDeleted) return <Navigate to="/" replace />;
  if (recording) return <StoredRecording recording={recording} />;
  if (upload) {
    return (
      <div className="recording-page">
        <BackLink />
        <h1>{t("capture.outboxTitle")}</h1>
        <UploadCard upload={upload} />
      </div>
    );
  }
  if (load.isPending) return <p className="muted loading">{t("app.loading")}</p>;
  const isMissing = load.error instanceof ApiProblem && load.error.status === 404;
  return isMissing ? <NotFoundPage /> : <UnreachablePage onRetry={() => void load.refetch()} />;
}

function StoredRecording({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const { emotion_enabled } = useMe();
  const title = recordingTitle(t, i18n.language, recording);
  usePageTitle(title);
  useFocusIfLost();
  return (
    <div className="recording-page">
      <BackLink />
      <div className="recording-head">
        <h1>{title}</h1>
        <div className="card-tools">
          <RenameButton recording={recording} />
          <DeleteButton recording={recording} />
        </div>
      </div>
      <RecordingFacts recording={recording} />
      <div className="recording-status">
        <AnalysisStatus recording={recording} />
        <RunButtons recording={recording} />
        <AnalyseAgain recording={recording} />
      </div>
      <nav className="recording-links" aria-label={t("app.conversation")}>
        <Link to={`/conversations/${recording.conversation_id}`} className="back-link">
          <Icon name="file" />
          {t("history.openConversation")}
        </Link>
        <Link to={`/conversations/${recording.conversation_id}/timeline`} className="back-link">
          <Icon name="chart" />
          {t("timeline.conversationTitle")}
        </Link>
      </nav>
      {emotion_enabled && <EmotionSwitch recording={recording} />}
      <CaptionsView
        recording={recording}
        showEmotion={emotion_enabled && recording.emotion_mode === "on"}
      />
    </div>
  );
}

function BackLink() {
  const { t } = useTranslation();
  return (
    <Link to="/" className="back-link">
      <Icon name="back" />
      {t("app.back")}
    </Link>
  );
}
