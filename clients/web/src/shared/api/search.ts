import { infiniteQueryOptions } from "@tanstack/react-query";

import { api, bodyOf } from "./client";
import type { EmotionLabel } from "./types";

export interface SearchFilter {
  q: string;
  emotion: EmotionLabel | "unsure" | "";
  speaker: string;
  since: string;
  until: string;
}

export const NO_FILTER: SearchFilter = { q: "", emotion: "", speaker: "", since: "", until: "" };

export function isEmptyFilter(filter: SearchFilter): boolean {
  return Object.values(filter).every((value: string) => value.trim() === "");
}

export function searchQuery(filter: SearchFilter) {
  return infiniteQueryOptions({
    queryKey: ["search", filter],
    queryFn: async ({ pageParam }) => {
      const { emotion, ...words } = filter;
      const given = Object.entries(words).filter(([, value]) => value.trim() !== "");
      const query = {
        ...Object.fromEntries(given),
        ...(emotion === "" ? {} : { emotion }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      return bodyOf(await api.GET("/api/v1/search", { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    staleTime: 0,
    enabled: !isEmptyFilter(filter),
  });
}
