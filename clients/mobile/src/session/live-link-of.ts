import { SAMPLE_RATE_HZ } from "@api/live-frames";

import { bodyOf } from "@/shared/api/client";
import type { Access, Api } from "@/shared/api/client";
import { ApiProblem } from "@/shared/api/problem";
import { openSocket } from "@/shared/sync/socket";

const NOT_FOUND = 404;

/** The way of a live talk to a real server. */
export function liveLinkOf(access: Access, api: Api) {
  return {
    openSocket: () => openSocket(access, "/ws/live"),
    language: async () => bodyOf(await api.GET("/api/v1/me")).speech_language ?? null,
    askServer: (streamId: string) => askServer(api, streamId),
  };
}

/** How much the server has of a talk; null: nothing, and no recording of it. Rejects with an `ApiProblem`. */
async function askServer(api: Api, streamId: string) {
  try {
    const params = { path: { recording_id: streamId } };
    const found = bodyOf(await api.GET("/api/v1/recordings/{recording_id}", { params }));
    const samples = Math.round((found.duration_s ?? 0) * SAMPLE_RATE_HZ);
    return { samples, isOver: found.analysis.state !== "live" };
  } catch (error) {
    if (error instanceof ApiProblem && error.status === NOT_FOUND) return null;
    throw error;
  }
}
