import { useCallback, useEffect, useState } from "react";
import type { RefObject } from "react";

import { isMotionReduced } from "@/shared/preferences/display";

const SCROLL_KEYS = new Set(["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"]);

/**
 * Keeps the spoken line in view until the person scrolls by hand, and again when asked to.
 * Returns whether it follows, and the way back.
 */
export function useFollow(list: RefObject<HTMLElement | null>, currentId: string | null) {
  const [following, setFollowing] = useState(true);

  useEffect(() => {
    const letGo = () => setFollowing(false);
    const onKey = (event: KeyboardEvent) => {
      if (SCROLL_KEYS.has(event.key)) letGo();
    };
    window.addEventListener("wheel", letGo, { passive: true });
    window.addEventListener("touchmove", letGo, { passive: true });
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("wheel", letGo);
      window.removeEventListener("touchmove", letGo);
      window.removeEventListener("keydown", onKey);
    };
  }, []);

  useEffect(() => {
    if (!following || currentId === null) return;
    const line = list.current?.querySelector(`[data-utterance="${CSS.escape(currentId)}"]`);
    line?.scrollIntoView({ block: "center", behavior: isMotionReduced() ? "auto" : "smooth" });
  }, [list, currentId, following]);

  const follow = useCallback(() => setFollowing(true), []);
  return { following, follow };
}
