import { createContext, use, useSyncExternalStore } from "react";

import type { LiveTalk, TalkState } from "./talk";

export const TalkContext = createContext<LiveTalk | null>(null);

export function useTalk(): TalkState {
  const talk = use(TalkContext);
  if (talk === null) throw new Error("TalkContext is missing above this component.");
  return useSyncExternalStore(talk.subscribe, talk.snapshot);
}
