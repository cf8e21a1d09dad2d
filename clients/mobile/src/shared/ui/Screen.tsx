import type { ReactNode } from "react";
import { ScrollView, StyleSheet, View } from "react-native";
import { useSafeAreaInsets } from "react-native-safe-area-context";

import { SPACE, usePalette } from "./theme";

/** A page that scrolls, stays clear of notches in both orientations, and is not too wide to read. */
export function Screen({ children }: { children: ReactNode }) {
  const palette = usePalette();
  const insets = useSafeAreaInsets();
  const edges = {
    paddingLeft: insets.left + SPACE.l,
    paddingRight: insets.right + SPACE.l,
    paddingTop: SPACE.l,
    paddingBottom: insets.bottom + SPACE.xl,
  };
  return (
    <ScrollView
      style={{ backgroundColor: palette.page }}
      contentContainerStyle={edges}
      keyboardShouldPersistTaps="handled"
    >
      <View style={styles.column}>{children}</View>
    </ScrollView>
  );
}

const styles = StyleSheet.create({
  column: { width: "100%", maxWidth: 720, alignSelf: "center", gap: SPACE.l },
});
