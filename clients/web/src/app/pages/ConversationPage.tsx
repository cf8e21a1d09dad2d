import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";

import { CaptionsView } from "@/features/captions/CaptionsView";
import { TagList } from "@/features/history/ConversationCard";
import { ConversationDetails } from "@/features/history/ConversationDetails";
import { ConversationTools, TrashedNotice } from "@/features/history/ConversationTools";
import { ExportMenu } from "@/features/history/ExportMenu";
import { EditLog, SpeakerNames } from "@/features/history/SpeakerNames";
import { conversationTitle } from "@/features/history/conversation-title";
import { ShareButton } from "@/features/sharing/ShareButton";
import { AnalysisStatus } from "@/shared/analysis/AnalysisStatus";
import { RecordingFacts } from "@/shared/analysis/RecordingFacts";
import { recordingTitle } from "@/shared/analysis/recording-title";
import { conversationQuery, useConversationRecordingsQuery } from "@/shared/api/conversations";
import { useMe } from "@/shared/api/get-me";
import { ApiProblem } from "@/shared/api/problem";
import type { Conversation, Recording } from "@/shared/api/types";
import { useRecordings, useSpokenIn } from "@/shared/library/context";
import { Icon } from "@/shared/ui/Icon";
import { usePageTitle } from "@/shared/ui/use-page-title";

import { useFocusIfLost } from "../use-focus-on-navigation";

import { NotFoundPage } from "./NotFoundPage";
import { UnreachablePage } from "./UnreachablePage";

import "@/features/history/history.css";

export function ConversationPage() {
  const { t, i18n } = useTranslation();
  const { id = "" } = useParams();
  const conversation = useQuery(conversationQuery(id));
  const recordings = useQuery(useConversationRecordingsQuery(id));
  if (conversation.isPending) return <p className="muted loading">{t("app.loading")}</p>;
  const isMissing = conversation.error instanceof ApiProblem && conversation.error.status === 404;
  // What was shown before it went to the trash is still known.
  if (isMissing && conversation.data)
    return <TrashedNotice id={id} title={conversationTitle(t, i18n.language, conversation.data)} />;
  if (isMissing) return <NotFoundPage />;
  if (!conversation.data) return <UnreachablePage onRetry={() => void conversation.refetch()} />;
  return <OneConversation conversation={conversation.data} isLoading={recordings.isPending} />;
}

interface OneConversationProps {
  conversation: Conversation;
  isLoading: boolean;
}

function OneConversation({ conversation, isLoading }: OneConversationProps) {
  const { t, i18n } = useTranslation();
  const { emotion_enabled } = useMe();
  const [search] = useSearchParams();
  const recordings = useRecordings()
    .filter(({ conversation_id }) => conversation_id === conversation.id)
    .sort((a, b) => Date.parse(spokenAt(a)) - Date.parse(spokenAt(b)));
  const utterances = useSpokenIn(recordings);
  const title = conversationTitle(t, i18n.language, conversation);
  usePageTitle(title);
  useFocusIfLost();
  const showEmotion = emotion_enabled && conversation.emotion_mode === "on";
  return (
    <div className="conversation-page">
      <Link to="/history" className="back-link">
        <Icon name="back" />
        {t("history.back")}
      </Link>
      <h1>{title}</h1>
      <TagList tags={conversation.tags} />
      {conversation.notes !== "" && <p className="notes">{conversation.notes}</p>}
      <div className="card-actions">
        <ConversationTools conversation={conversation} />
        <ShareButton conversationId={conversation.id} canShowEmotion={showEmotion} />
        <ExportMenu
          path={`/api/v1/conversations/${conversation.id}/export`}
          title={t("history.export")}
          showEmotion={showEmotion}
        />
      </div>
      {showEmotion && (
        <Link to={`/conversations/${conversation.id}/timeline`} className="back-link">
          <Icon name="chart" />
          {t("timeline.conversationTitle")}
        </Link>
      )}
      <div className="conversation-folds">
        <ConversationDetails conversation={conversation} />
        <SpeakerNames conversationId={conversation.id} utterances={utterances} />
        <EditLog conversationId={conversation.id} />
      </div>
      {isLoading && recordings.length === 0 && <p className="muted">{t("app.loading")}</p>}
      {recordings.map((recording) => (
        <section key={recording.id} className="conversation-recording">
          {recordings.length > 1 && (
            <h2>
              <Link to={`/recordings/${recording.id}`}>
                {recordingTitle(t, i18n.language, recording)}
              </Link>
            </h2>
          )}
          <RecordingFacts recording={recording} />
          <AnalysisStatus recording={recording} />
          <CaptionsView
            recording={recording}
            showEmotion={showEmotion}
            targetId={search.get("line")}
          />
        </section>
      ))}
    </div>
  );
}

function spokenAt({ recorded_at, created_at }: Recording): string {
  return recorded_at ?? created_at;
}
