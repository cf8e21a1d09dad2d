import { queryOptions, useQuery } from "@tanstack/react-query";

import { queryKeys } from "../query-keys";

import { callAllauth } from "./allauth";

export interface Session {
  signedIn: boolean;
  /** True when it ended while this page was in use, and not by the person's own hand here. */
  hasEnded?: boolean;
}

export async function getSession(): Promise<Session> {
  const { status } = await callAllauth("GET", "/auth/session");
  return { signedIn: status === 200 };
}

export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: getSession,
  staleTime: Infinity,
});

export function useSession() {
  return useQuery(sessionQuery);
}
