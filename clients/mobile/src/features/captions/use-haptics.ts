import {
  ImpactFeedbackStyle,
  impactAsync,
  NotificationFeedbackType,
  notificationAsync,
} from "expo-haptics";
import { useEffect, useRef } from "react";

import { usePreferences } from "@/shared/preferences/context";
import { useLines } from "@/shared/services/context";

import { signalOf } from "./haptics";
import type { Signal } from "./haptics";

/** One pattern for each, told apart by feeling. */
const PATTERNS: Record<Signal, () => Promise<void>> = {
  keyword: () => notificationAsync(NotificationFeedbackType.Warning),
  emotion: () => notificationAsync(NotificationFeedbackType.Success),
  speaker: () => impactAsync(ImpactFeedbackStyle.Medium),
};

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
    const signal = signalOf(line, lines[fresh - 1] ?? null, preferences);
    if (signal !== null) void PATTERNS[signal]().catch(() => undefined);
  }, [lines, preferences]);
}
