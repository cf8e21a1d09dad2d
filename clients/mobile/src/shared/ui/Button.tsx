import { Pressable, StyleSheet } from "react-native";

import { AppText } from "./AppText";
import { RADIUS, SPACE, TARGET, usePalette } from "./theme";

interface Props {
  label: string;
  /** When the words on it do not say enough alone. */
  accessibilityLabel?: string;
  onPress: () => void;
  kind?: "primary" | "plain" | "danger";
  disabled?: boolean;
}

export function Button({ label, accessibilityLabel, onPress, kind = "plain", disabled }: Props) {
  const palette = usePalette();
  const colors = {
    primary: { back: palette.accent, front: palette.onAccent, edge: palette.accent },
    plain: { back: palette.surface, front: palette.text, edge: palette.borderStrong },
    danger: { back: palette.surface, front: palette.danger, edge: palette.danger },
  }[kind];
  return (
    <Pressable
      role="button"
      accessibilityLabel={accessibilityLabel ?? label}
      accessibilityState={{ disabled: disabled === true }}
      disabled={disabled === true}
      onPress={onPress}
      style={({ pressed }) => [
        styles.button,
        { backgroundColor: colors.back, borderColor: colors.edge },
        (pressed || disabled === true) && styles.dimmed,
      ]}
    >
      <AppText bold color={colors.front} style={styles.label}>
        {label}
      </AppText>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  button: {
    minHeight: TARGET,
    minWidth: TARGET,
    paddingHorizontal: SPACE.l,
    paddingVertical: SPACE.s,
    borderRadius: RADIUS,
    borderWidth: 1,
    alignItems: "center",
    justifyContent: "center",
  },
  dimmed: { opacity: 0.6 },
  label: { textAlign: "center" },
});
