import { useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../client";
import type { Comparison } from "../types";

import { sourceKey } from "./source";
import type { Source } from "./source";

export interface ComparisonQuery {
  first_start: string;
  first_end: string;
  second_start: string;
  second_end: string;
}

async function comparePeriods(source: Source, query: ComparisonQuery): Promise<Comparison> {
  if (source.kind === "own") {
    return bodyOf(await api.GET("/api/v1/timeline/comparison", { params: { query } }));
  }
  return bodyOf(
    await api.GET("/api/v1/care/people/{link_id}/timeline/comparison", {
      params: { path: { link_id: source.linkId }, query },
    }),
  );
}

export function useComparison(source: Source, query: ComparisonQuery, enabled: boolean) {
  return useQuery({
    queryKey: [...sourceKey(source), "comparison", query],
    queryFn: () => comparePeriods(source, query),
    enabled,
  });
}
