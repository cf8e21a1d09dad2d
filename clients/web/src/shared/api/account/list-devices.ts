import { queryOptions, useQuery } from "@tanstack/react-query";

import { queryKeys } from "../query-keys";

import { callAllauth } from "./allauth";

/** One place where the person is signed in. Times are seconds since 1970-01-01 UTC. */
export interface Device {
  id: number;
  user_agent: string;
  ip: string;
  created_at: number;
  last_seen_at?: number;
  is_current: boolean;
}

export async function listDevices(): Promise<Device[]> {
  const { body } = await callAllauth<Device[]>("GET", "/auth/sessions");
  return body.data ?? [];
}

export const devicesQuery = queryOptions({ queryKey: queryKeys.devices, queryFn: listDevices });

export function useDevices() {
  return useQuery(devicesQuery);
}
