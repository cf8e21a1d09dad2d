import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";

import { api, bodyOf } from "./client";
import { queryKeys } from "./query-keys";
import type { Me } from "./types";

export async function getMe(): Promise<Me> {
  return bodyOf(await api.GET("/api/v1/me"));
}

export const meQuery = queryOptions({ queryKey: queryKeys.me, queryFn: getMe });

/** The signed-in person. Only below the gate that has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}
