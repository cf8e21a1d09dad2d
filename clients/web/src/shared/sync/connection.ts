import { createContext, use, useEffect, useState, useSyncExternalStore } from "react";

import type { Synchroniser } from "./synchroniser";

export const SynchroniserContext = createContext<Synchroniser | null>(null);

const CALM_MS = 2_000;

function subscribeOnline(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

export function useIsOnline(): boolean {
  return useSyncExternalStore(subscribeOnline, () => navigator.onLine);
}

/** True when the connection has been away for longer than a blink. */
export function useIsReconnecting(): boolean {
  const synchroniser = use(SynchroniserContext);
  if (synchroniser === null) throw new Error("SynchroniserContext is missing.");
  const state = useSyncExternalStore(synchroniser.subscribe, synchroniser.connection);
  const away = state === "reconnecting";
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(away), away ? CALM_MS : 0);
    return () => clearTimeout(timer);
  }, [away]);
  return shown && away;
}
