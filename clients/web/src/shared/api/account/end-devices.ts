import { useMutation, useQueryClient } from "@tanstack/react-query";

import { queryKeys } from "../query-keys";

import { callAllauth } from "./allauth";
import type { Device } from "./list-devices";

/** Signs the devices out. Resolves with those that stay, or null when this one was among them. */
export async function endDevices(ids: number[]): Promise<Device[] | null> {
  const { status, body } = await callAllauth<Device[]>("DELETE", "/auth/sessions", {
    sessions: ids,
  });
  return status === 200 ? (body.data ?? []) : null;
}

export function useEndDevices() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: endDevices,
    onSuccess: (devices) => {
      if (devices === null) queries.setQueryData(queryKeys.session, { signedIn: false });
      else queries.setQueryData(queryKeys.devices, devices);
    },
  });
}
