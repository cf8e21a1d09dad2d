import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../client";
import type { Timeline, TimelineStep } from "../types";

import { sourceKey } from "./source";
import type { Source } from "./source";

export interface TimelineQuery {
  /** ISO days, both included. */
  start: string;
  end: string;
  step: TimelineStep;
  speaker?: string;
}

async function getTimeline(source: Source, query: TimelineQuery): Promise<Timeline> {
  if (source.kind === "own") {
    return bodyOf(await api.GET("/api/v1/timeline", { params: { query } }));
  }
  return bodyOf(
    await api.GET("/api/v1/care/people/{link_id}/timeline", {
      params: { path: { link_id: source.linkId }, query },
    }),
  );
}

export function useTimeline(source: Source, query: TimelineQuery) {
  return useQuery({
    queryKey: [...sourceKey(source), "days", query],
    queryFn: () => getTimeline(source, query),
    placeholderData: keepPreviousData,
  });
}
