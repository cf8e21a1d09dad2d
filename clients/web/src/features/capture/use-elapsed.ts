import { useEffect, useState } from "react";

/** Seconds since `startedAt_ms` of `performance.now()`; 0 without a start. */
export function useElapsed_s(startedAt_ms: number | null): number {
  const [now_ms, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (startedAt_ms === null) return undefined;
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, [startedAt_ms]);
  return startedAt_ms === null ? 0 : Math.max(0, (now_ms - startedAt_ms) / 1000);
}
