import { activateKeepAwakeAsync, deactivateKeepAwake } from "expo-keep-awake";
import { useEffect } from "react";

import { usePreferences } from "./context";

/** The screen stays on while `isRunning`, unless the person has said no. `tag`: one for each place that wants it. */
export function useKeepAwake(isRunning: boolean, tag: string): void {
  const { keepAwake } = usePreferences();
  const isWanted = isRunning && keepAwake;
  useEffect(() => {
    if (!isWanted) return undefined;
    activateKeepAwakeAsync(tag).catch(() => undefined);
    return () => void deactivateKeepAwake(tag).catch(() => undefined);
  }, [isWanted, tag]);
}
