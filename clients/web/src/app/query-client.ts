import { QueryClient } from "@tanstack/react-query";

import { ApiProblem } from "@/shared/api/problem";

/** Push events and catching up keep things fresh: a query is read again only after a while. */
const STALE_AFTER_MS = 60_000;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_AFTER_MS,
        refetchOnWindowFocus: false,
        // A refusal stays one; only a lost connection or a server that is ill is worth another try.
        retry: (failures, error) =>
          failures < 3 &&
          error instanceof ApiProblem &&
          (error.status === 0 || error.status >= 500),
      },
      mutations: { networkMode: "always" },
    },
  });
}
