import { StyleSheet, View } from "react-native";

import { usePalette } from "@/shared/ui/theme";

import { useLevel } from "./context";

const QUIETEST_DB = -60;

/** In [0, 1]: -60 dB and below is 0, full scale is 1. */
export function barLength(level: number): number {
  return Math.min(1, Math.max(0, 1 - (20 * Math.log10(level)) / QUIETEST_DB));
}

/** Shows that the microphone hears something. */
export function LevelBar() {
  const palette = usePalette();
  const share = barLength(useLevel());
  return (
    <View style={[styles.track, { backgroundColor: palette.surfaceStrong }]} aria-hidden>
      <View style={[styles.bar, { backgroundColor: palette.accent, width: `${share * 100}%` }]} />
    </View>
  );
}

const styles = StyleSheet.create({
  track: { width: 220, height: 10, borderRadius: 5, overflow: "hidden" },
  bar: { height: 10, borderRadius: 5 },
});
