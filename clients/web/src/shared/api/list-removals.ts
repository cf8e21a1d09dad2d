import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "./client";
import { queryKeys } from "./query-keys";

export async function listRemovals() {
  return bodyOf(await api.GET("/api/v1/me/removals")).results;
}

export const removalsQuery = queryOptions({
  queryKey: queryKeys.removals,
  queryFn: listRemovals,
});

/** What retention has removed, newest first. */
export function useRemovals(enabled: boolean) {
  return useQuery({ ...removalsQuery, enabled });
}
