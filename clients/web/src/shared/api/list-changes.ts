import { api, bodyOf } from "./client";
import type { Changes } from "./types";

/** What changed after revision `since`; ask again from its `revision` while `more` is true. */
export async function listChanges(since: number): Promise<Changes> {
  return bodyOf(await api.GET("/api/v1/changes", { params: { query: { since } } }));
}
