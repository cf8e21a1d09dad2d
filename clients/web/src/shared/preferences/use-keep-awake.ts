import { useEffect, useState } from "react";

import { ScreenLock } from "@/shared/microphone/screen-lock";

import { useDisplay } from "./display";

/** Keeps the screen on while something is `active`, if the person wants that. */
export function useKeepAwake(active: boolean): void {
  const { keep_awake } = useDisplay();
  const [lock] = useState(() => new ScreenLock());
  useEffect(() => {
    if (!active || !keep_awake) return undefined;
    void lock.acquire();
    return () => void lock.release();
  }, [active, keep_awake, lock]);
}
