import { useTranslation } from "react-i18next";

import { useRecordingPages } from "@/shared/api/list-recordings";
import { EmotionTag } from "@/shared/emotion/EmotionTag";
import { thrownText } from "@/shared/errors/error-text";
import { useRecordings } from "@/shared/library/context";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import { RecordingCard } from "./RecordingCard";

import "./recordings.css";

interface RecordingListProps {
  showEmotion: boolean;
  /** Something is on its way: the list is not empty for long. */
  isExpecting: boolean;
}

export function RecordingList({ showEmotion, isExpecting }: RecordingListProps) {
  const { t } = useTranslation();
  const pages = useRecordingPages();
  const recordings = useRecordings();
  return (
    <section aria-labelledby="recordings-title">
      <h2 id="recordings-title">{t("recordings.title")}</h2>
      {pages.isError && (
        <Notice kind="problem" announce>
          <p>{`${t("recordings.loadFailed")} ${thrownText(t, pages.error)}`}</p>
          <Button icon="retry" onClick={() => void pages.refetch()}>
            {t("app.tryAgain")}
          </Button>
        </Notice>
      )}
      {recordings.length === 0 && pages.isPending && <p className="muted">{t("app.loading")}</p>}
      {recordings.length === 0 && pages.isSuccess && !isExpecting && (
        <EmptyList showEmotion={showEmotion} />
      )}
      <ul className="card-list">
        {recordings.map((recording) => (
          <li key={recording.id}>
            <RecordingCard recording={recording} />
          </li>
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button
          className="load-more"
          disabled={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t("recordings.loadMore")}
        </Button>
      )}
    </section>
  );
}

function EmptyList({ showEmotion }: { showEmotion: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="empty">
      <p className="empty-title">{t("recordings.emptyTitle")}</p>
      <p>{t("recordings.emptyText")}</p>
      <p className="sample-line">
        {showEmotion && <EmotionTag emotion="angry" />} {t("account.example")}
      </p>
    </div>
  );
}
