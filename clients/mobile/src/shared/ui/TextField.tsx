import { useState } from "react";
import { StyleSheet, TextInput, View } from "react-native";
import type { TextInputProps } from "react-native";

import { useTextScale } from "@/shared/preferences/context";

import { AppText } from "./AppText";
import { RADIUS, SPACE, TARGET, usePalette } from "./theme";

interface Props extends TextInputProps {
  label: string;
  hint?: string;
  problem?: string | null;
}

/** A field with its name above and what is wrong with it below. */
export function TextField({ label, hint, problem, ...rest }: Props) {
  const palette = usePalette();
  const scale = useTextScale();
  const [focused, setFocused] = useState(false);
  const edge = problem ? palette.danger : focused ? palette.accent : palette.borderStrong;
  return (
    <View style={styles.field}>
      <AppText bold>{label}</AppText>
      <TextInput
        {...rest}
        accessibilityLabel={label}
        accessibilityHint={problem ?? hint}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        placeholderTextColor={palette.textMuted}
        style={[
          styles.input,
          {
            color: palette.text,
            backgroundColor: palette.surface,
            borderColor: edge,
            fontSize: 17 * scale,
          },
        ]}
      />
      {hint !== undefined && !problem && (
        <AppText kind="small" muted>
          {hint}
        </AppText>
      )}
      {problem ? (
        <AppText kind="small" color={palette.danger} role="alert">
          {problem}
        </AppText>
      ) : null}
    </View>
  );
}

const styles = StyleSheet.create({
  field: { gap: SPACE.xs },
  input: {
    minHeight: TARGET,
    borderWidth: 2,
    borderRadius: RADIUS,
    paddingHorizontal: SPACE.m,
    paddingVertical: SPACE.s,
  },
});
