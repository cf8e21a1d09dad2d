import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, bodyOf } from "./client";
import { queryKeys } from "./query-keys";

export async function getVocabulary(): Promise<string[]> {
  return bodyOf(await api.GET("/api/v1/me/vocabulary")).terms;
}

export async function putVocabulary(terms: string[]): Promise<string[]> {
  return bodyOf(await api.PUT("/api/v1/me/vocabulary", { body: { terms } })).terms;
}

export const vocabularyQuery = queryOptions({
  queryKey: queryKeys.vocabulary,
  queryFn: getVocabulary,
});

/** Names and terms of the person, in that person's order. */
export function useVocabulary() {
  return useQuery(vocabularyQuery);
}

export function usePutVocabulary() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: putVocabulary,
    onSuccess: (terms) => queries.setQueryData(queryKeys.vocabulary, terms),
  });
}
