import { useQuery } from "@tanstack/react-query";

import { api, bodyOf } from "../client";
import { queryKeys } from "../query-keys";

/** The newest conversations of one's own, to choose from. */
export function useOwnConversations(enabled: boolean) {
  return useQuery({
    queryKey: [...queryKeys.history, "to-choose-from"],
    queryFn: async () => bodyOf(await api.GET("/api/v1/conversations")).results,
    enabled,
  });
}
