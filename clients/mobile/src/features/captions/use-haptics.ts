import { useEffect, useRef } from "react";

import { heardLine, signalOf } from "@/shared/haptics/signal";
import { vibrate } from "@/shared/haptics/vibrate";
import { usePreferences } from "@/shared/preferences/context";
import { useLines } from "@/shared/services/context";

/** Lets the phone be felt when something new is said in a conversation that is being recorded. */
export function useHaptics(conversationId: string): void {
  const lines = useLines(conversationId);
  const preferences = usePreferences();
  const seen = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const fresh = lines.findIndex(({ utterance }) => !seen.current.has(utterance.id));
    seen.current = new Set(lines.map(({ utterance }) => utterance.id));
    const line = lines[fresh];
    if (line === undefined) return;
    const before = lines[fresh - 1];
    const earlier = before === undefined ? null : heardLine(before);
    const signal = signalOf(heardLine(line), earlier, preferences);
    if (signal !== null) vibrate(signal);
  }, [lines, preferences]);
}
