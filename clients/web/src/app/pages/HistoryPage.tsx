import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";

import { DaysExport } from "@/features/history/DaysExport";
import { HistoryList } from "@/features/history/HistoryList";
import { SearchForm } from "@/features/history/SearchForm";
import { SearchResults } from "@/features/history/SearchResults";
import { Shelves } from "@/features/history/Shelves";
import { useShelf } from "@/features/history/use-shelf";
import { useMe } from "@/shared/api/get-me";
import { NO_FILTER, isEmptyFilter } from "@/shared/api/search";
import { usePageTitle } from "@/shared/ui/use-page-title";

import "@/features/history/history.css";

export function HistoryPage() {
  const { t } = useTranslation();
  const { emotion_enabled } = useMe();
  const { shelf, tag, show } = useShelf();
  const [filter, setFilter] = useState(NO_FILTER);
  const asked = useDeferredValue(filter);
  usePageTitle(t("history.title"));
  return (
    <div className="history-page">
      <h1>{t("history.title")}</h1>
      <SearchForm filter={filter} showEmotion={emotion_enabled} onChange={setFilter} />
      {isEmptyFilter(filter) ? (
        <>
          <Shelves shelf={shelf} tag={tag} onChange={show} />
          <HistoryList shelf={shelf} tag={tag} />
          <DaysExport showEmotion={emotion_enabled} />
        </>
      ) : (
        <SearchResults filter={asked} showEmotion={emotion_enabled} />
      )}
    </div>
  );
}
