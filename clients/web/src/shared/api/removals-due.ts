import { api, bodyOf } from "./client";
import type { Me } from "./types";

export type KeepDays = Pick<Me, "audio_keep_days" | "text_keep_days">;

/** What a choice of retention would remove now. */
export async function removalsDue({ audio_keep_days, text_keep_days }: KeepDays) {
  const query = {
    ...(audio_keep_days == null ? {} : { audio_keep_days }),
    ...(text_keep_days == null ? {} : { text_keep_days }),
  };
  return bodyOf(await api.GET("/api/v1/me/removals/due", { params: { query } }));
}
