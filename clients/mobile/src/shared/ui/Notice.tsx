import type { ReactNode } from "react";
import { StyleSheet, View } from "react-native";

import { AppText } from "./AppText";
import { RADIUS, SPACE, usePalette } from "./theme";

interface Props {
  kind: "warning" | "danger" | "calm";
  text: string;
  children?: ReactNode;
}

/** Something that the person should know. Read aloud when it appears. */
export function Notice({ kind, text, children }: Props) {
  const palette = usePalette();
  const colors = {
    warning: { back: palette.warningSoft, front: palette.warning },
    danger: { back: palette.dangerSoft, front: palette.danger },
    calm: { back: palette.surfaceStrong, front: palette.text },
  }[kind];
  const urgent = kind === "danger";
  return (
    <View
      role={urgent ? "alert" : "status"}
      aria-live={urgent ? "assertive" : "polite"}
      style={[styles.box, { backgroundColor: colors.back }]}
    >
      <AppText color={colors.front}>{text}</AppText>
      {children}
    </View>
  );
}

const styles = StyleSheet.create({
  box: { borderRadius: RADIUS, padding: SPACE.m, gap: SPACE.s },
});
