import {
  ImpactFeedbackStyle,
  impactAsync,
  NotificationFeedbackType,
  notificationAsync,
} from "expo-haptics";

import type { Signal } from "./signal";

/** One pattern for each, told apart by feeling. */
const PATTERNS: Record<Signal, () => Promise<void>> = {
  keyword: () => notificationAsync(NotificationFeedbackType.Warning),
  emotion: () => notificationAsync(NotificationFeedbackType.Success),
  speaker: () => impactAsync(ImpactFeedbackStyle.Medium),
};

/** Where there is nothing to vibrate, nothing happens. */
export function vibrate(signal: Signal): void {
  void PATTERNS[signal]().catch(() => undefined);
}
