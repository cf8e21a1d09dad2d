import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { searchQuery } from "@/shared/api/search";
import type { SearchFilter } from "@/shared/api/search";
import type { SearchHit } from "@/shared/api/types";
import { EmotionTag } from "@/shared/emotion/EmotionTag";
import { shownEmotion } from "@/shared/emotion/shown-emotion";
import { thrownText } from "@/shared/errors/error-text";
import { formatMoment } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

interface SearchResultsProps {
  filter: SearchFilter;
  showEmotion: boolean;
}

export function SearchResults({ filter, showEmotion }: SearchResultsProps) {
  const { t } = useTranslation();
  const pages = useInfiniteQuery(searchQuery(filter));
  const hits = pages.data?.pages.flatMap(({ results }) => results) ?? [];
  const found = pages.hasNextPage
    ? t("history.foundMore", { count: hits.length })
    : t("history.found", { count: hits.length });
  return (
    <section className="history-list">
      <p role="status" className="muted">
        {pages.isPending ? t("app.loading") : hits.length > 0 ? found : ""}
      </p>
      {pages.isError && (
        <Notice kind="problem" announce>
          {thrownText(t, pages.error)}
        </Notice>
      )}
      {pages.isSuccess && hits.length === 0 && <p className="empty">{t("history.nothing")}</p>}
      <ul className="card-list">
        {hits.map((hit) => (
          <li key={hit.utterance.id}>
            <Hit hit={hit} showEmotion={showEmotion} />
          </li>
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("history.more")}
        </Button>
      )}
    </section>
  );
}

function Hit({ hit, showEmotion }: { hit: SearchHit; showEmotion: boolean }) {
  const { t, i18n } = useTranslation();
  const { utterance, segments, said_at } = hit;
  const shown = showEmotion ? shownEmotion(utterance.emotion) : null;
  const target = `/conversations/${utterance.conversation_id}?line=${utterance.id}`;
  return (
    <article className="card recording-card" data-emotion={shown ?? undefined}>
      <p className="hit-text">
        {shown !== null && <EmotionTag emotion={shown} />}{" "}
        <Link to={target} className="card-link" lang={utterance.language ?? undefined}>
          {segments.length === 0 && t("captions.speechUnwritten")}
          {segments.map((segment, index) =>
            segment.marked ? <mark key={index}>{segment.text}</mark> : segment.text,
          )}
        </Link>
      </p>
      <p className="card-facts numbers">
        {utterance.speaker !== null && `${utterance.speaker} · `}
        <time dateTime={said_at}>{formatMoment(said_at, i18n.language)}</time>
        {` · ${hit.conversation_title || hit.recording_title}`}
      </p>
    </article>
  );
}
