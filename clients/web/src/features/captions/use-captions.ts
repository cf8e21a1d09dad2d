import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { useLoadUtterances } from "@/shared/api/list-utterances";
import type { Recording } from "@/shared/api/types";
import { useUtterances } from "@/shared/library/context";
import { isActive } from "@/shared/library/order";
import { useAnnounce } from "@/shared/ui/announcer";

/** The recording's utterances, loaded and kept complete. */
export function useCaptions(recording: Recording) {
  const load = useLoadUtterances(recording.id);
  const utterances = useUtterances(recording.id);
  const { refetch, isFetching } = load;
  const { state, utterance_count } = recording.analysis;
  const differs = state === "done" && utterances.length !== utterance_count;
  const checkedRevision = useRef<number | null>(null);

  useEffect(() => {
    // A pushed unit was lost: read them all again, once for each revision.
    if (!differs || isFetching || checkedRevision.current === recording.revision) return;
    checkedRevision.current = recording.revision;
    void refetch();
  }, [differs, isFetching, recording.revision, refetch]);

  useAnnouncedArrivals(utterances.length, isActive(recording));
  return { load, utterances };
}

const ANNOUNCE_EVERY_MS = 5_000;

/** Tells a screen reader how many lines came, at most every five seconds; never reads them out. */
function useAnnouncedArrivals(count: number, isRunning: boolean): void {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const told = useRef(count);
  useEffect(() => {
    if (!isRunning) told.current = count;
    const fresh = count - told.current;
    if (fresh <= 0) return undefined;
    const timer = setTimeout(() => {
      told.current = count;
      announce(t("captions.newLines", { count: fresh }));
    }, ANNOUNCE_EVERY_MS);
    return () => clearTimeout(timer);
  }, [count, isRunning, announce, t]);
}
