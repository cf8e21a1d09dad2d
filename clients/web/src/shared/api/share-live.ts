import { useMutation } from "@tanstack/react-query";

import { api, bodyOf } from "./client";
import type { LiveShare } from "./types";

/** A new code for a second screen; an older one ends. */
export async function shareLive(streamId: string): Promise<LiveShare> {
  const path = { stream_id: streamId };
  return bodyOf(await api.POST("/api/v1/live/{stream_id}/share", { params: { path } }));
}

/** Whoever reads along is cut off at once. */
export async function endSharingLive(streamId: string): Promise<void> {
  await api.DELETE("/api/v1/live/{stream_id}/share", { params: { path: { stream_id: streamId } } });
}

export function useShareLive(streamId: string) {
  return useMutation({ mutationFn: () => shareLive(streamId) });
}

export function useEndSharingLive(streamId: string) {
  return useMutation({ mutationFn: () => endSharingLive(streamId) });
}
