import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";

import { DaysExport } from "@/features/history/DaysExport";
import { HistoryList } from "@/features/history/HistoryList";
import { SearchForm } from "@/features/history/SearchForm";
import { SearchResults } from "@/features/history/SearchResults";
import type { Shelf } from "@/shared/api/conversations";
import { useMe } from "@/shared/api/get-me";
import { NO_FILTER, isEmptyFilter } from "@/shared/api/search";
import { Button } from "@/shared/ui/Button";
import { usePageTitle } from "@/shared/ui/use-page-title";

import "@/features/history/history.css";

const SHELVES: readonly Shelf[] = ["current", "archive", "trash"];

export function HistoryPage() {
  const { t } = useTranslation();
  const { emotion_enabled } = useMe();
  const [shelf, setShelf] = useState<Shelf>("current");
  const [filter, setFilter] = useState(NO_FILTER);
  const asked = useDeferredValue(filter);
  usePageTitle(t("history.title"));
  return (
    <div className="history-page">
      <h1>{t("history.title")}</h1>
      <SearchForm filter={filter} showEmotion={emotion_enabled} onChange={setFilter} />
      {isEmptyFilter(filter) ? (
        <>
          <div className="shelves" role="group" aria-label={t("history.shelf")}>
            {SHELVES.map((name) => (
              <Button key={name} aria-pressed={shelf === name} onClick={() => setShelf(name)}>
                {t(`history.${name}`)}
              </Button>
            ))}
          </div>
          <HistoryList shelf={shelf} />
          <DaysExport showEmotion={emotion_enabled} />
        </>
      ) : (
        <SearchResults filter={asked} showEmotion={emotion_enabled} />
      )}
    </div>
  );
}
