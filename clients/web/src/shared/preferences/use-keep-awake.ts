import { useEffect, useState } from "react";

import { ScreenLock } from "@/shared/microphone/screen-lock";

/** Keeps the screen on while something is `active`, if the person wants that. */
export function useKeepAwake(active: boolean): void {
  const [lock] = useState(() => new ScreenLock());
  useEffect(() => {
    if (!active) return undefined;
    void lock.acquire();
    return () => void lock.release();
  }, [active, lock]);
}
