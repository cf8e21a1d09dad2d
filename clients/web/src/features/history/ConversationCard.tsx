import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Conversation } from "@/shared/api/types";
import { formatClock, formatMoment } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";
import { Icon } from "@/shared/ui/Icon";

import { DeleteForGood } from "./DeleteForGood";
import { conversationTitle } from "./conversation-title";
import { useOrganise } from "./use-organise";

export function ConversationCard({ conversation }: { conversation: Conversation }) {
  const { t, i18n } = useTranslation();
  const { restore } = useOrganise(conversation.id);
  const title = conversationTitle(t, i18n.language, conversation);
  const isTrashed = conversation.trashed_at !== null;
  return (
    <article className="card recording-card">
      <div className="card-head">
        <div className="card-names">
          <h3 className="card-title">
            {conversation.pinned && <Icon name="pin" />}
            {isTrashed ? (
              title
            ) : (
              <Link to={`/conversations/${conversation.id}`} className="card-link">
                {title}
              </Link>
            )}
          </h3>
          <p className="card-facts numbers">
            {conversation.pinned && `${t("history.pinned")} · `}
            <time dateTime={conversation.started_at}>
              {formatMoment(conversation.started_at, i18n.language)}
            </time>
            {` · ${t("history.recordings", { count: conversation.recording_count })}`}
            {conversation.duration_s > 0 && ` · ${formatClock(conversation.duration_s)}`}
          </p>
        </div>
      </div>
      {conversation.title !== "" && <p className="card-preview">{conversation.preview}</p>}
      <TagList tags={conversation.tags} />
      {isTrashed && (
        <div className="card-actions">
          <Button icon="retry" disabled={restore.isPending} onClick={() => restore.mutate()}>
            {t("history.restore")}
          </Button>
          <DeleteForGood conversation={conversation} title={title} />
        </div>
      )}
    </article>
  );
}

export function TagList({ tags }: { tags: readonly string[] }) {
  const { t } = useTranslation();
  if (tags.length === 0) return null;
  return (
    <ul className="tags" aria-label={t("history.tagged")}>
      {tags.map((tag) => (
        <li key={tag}>
          <Link to={`/history?${new URLSearchParams({ tag }).toString()}`}>{tag}</Link>
        </li>
      ))}
    </ul>
  );
}
