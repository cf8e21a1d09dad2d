import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { conversationsQuery } from "@/shared/api/conversations";
import type { Shelf } from "@/shared/api/conversations";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import { ConversationCard } from "./ConversationCard";
import { byDay, dayName } from "./days";

const EMPTY = {
  pinned: "history.emptyPinned",
  current: "history.emptyCurrent",
  archive: "history.emptyArchive",
  trash: "history.emptyTrash",
} as const;

interface HistoryListProps {
  shelf: Shelf;
  /** Null: whatever their tags. */
  tag: string | null;
}

export function HistoryList({ shelf, tag }: HistoryListProps) {
  const { t, i18n } = useTranslation();
  const pages = useInfiniteQuery(conversationsQuery(shelf, tag));
  const all = pages.data?.pages.flatMap(({ conversations }) => conversations) ?? [];
  const pinned = shelf !== "current" ? [] : all.filter((conversation) => conversation.pinned);
  const days = byDay(all.filter((conversation) => !pinned.includes(conversation)));
  return (
    <div className="history-list">
      {pages.isError && (
        <Notice kind="problem" announce>
          <p>{`${t("history.loadFailed")} ${thrownText(t, pages.error)}`}</p>
          <Button icon="retry" onClick={() => void pages.refetch()}>
            {t("app.tryAgain")}
          </Button>
        </Notice>
      )}
      {pages.isPending && <p className="muted">{t("app.loading")}</p>}
      {pages.isSuccess && all.length === 0 && (
        <p className="empty">{tag === null ? t(EMPTY[shelf]) : t("history.emptyTag", { tag })}</p>
      )}
      {pinned.length > 0 && <Group title={t("history.pinned")} conversations={pinned} />}
      {days.map((day) => (
        <Group
          key={day.key}
          title={dayName(day.moment, i18n.language)}
          conversations={day.conversations}
        />
      ))}
      {pages.hasNextPage && (
        <Button disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("history.more")}
        </Button>
      )}
    </div>
  );
}

type Conversations = Parameters<typeof byDay>[0];

function Group({ title, conversations }: { title: string; conversations: Conversations }) {
  return (
    <section className="day">
      <h2>{title}</h2>
      <ul className="card-list">
        {conversations.map((conversation) => (
          <li key={conversation.id}>
            <ConversationCard conversation={conversation} />
          </li>
        ))}
      </ul>
    </section>
  );
}
