import type { ReactNode } from "react";
import { StyleSheet, View } from "react-native";

import { RADIUS, SPACE, usePalette } from "./theme";

export function Card({ children }: { children: ReactNode }) {
  const palette = usePalette();
  const colors = { backgroundColor: palette.surface, borderColor: palette.border };
  return <View style={[styles.card, colors]}>{children}</View>;
}

const styles = StyleSheet.create({
  card: { borderRadius: RADIUS, borderWidth: 1, padding: SPACE.l, gap: SPACE.s },
});
