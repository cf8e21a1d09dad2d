import { useTranslation } from "react-i18next";
import { Pressable, StyleSheet, View } from "react-native";

import { AppText } from "@/shared/ui/AppText";
import { SPACE, usePalette } from "@/shared/ui/theme";

import type { RecorderState } from "./recorder";

const SIZE = 128;

interface Props {
  phase: RecorderState["phase"];
  onPress: () => void;
}

/** A circle begins, a square ends: told apart without colour. */
export function RecordButton({ phase, onPress }: Props) {
  const { t } = useTranslation();
  const palette = usePalette();
  const isRunning = phase === "recording" || phase === "interrupted";
  const label = t(isRunning ? "capture.stop" : "capture.start");
  const disabled = phase === "preparing" || phase === "saving";
  return (
    <View style={styles.column}>
      <Pressable
        role="button"
        accessibilityLabel={label}
        accessibilityState={{ disabled, busy: disabled }}
        disabled={disabled}
        onPress={onPress}
        style={({ pressed }) => [
          styles.button,
          { backgroundColor: palette.dangerStrong, borderColor: palette.surface },
          (pressed || disabled) && styles.dimmed,
        ]}
      >
        <View
          style={[
            isRunning ? styles.square : styles.circle,
            { backgroundColor: palette.onDangerStrong },
          ]}
        />
      </Pressable>
      <AppText bold aria-hidden>
        {label}
      </AppText>
    </View>
  );
}

const styles = StyleSheet.create({
  column: { alignItems: "center", gap: SPACE.s },
  button: {
    width: SIZE,
    height: SIZE,
    borderRadius: SIZE / 2,
    borderWidth: 4,
    alignItems: "center",
    justifyContent: "center",
  },
  circle: { width: SIZE * 0.4, height: SIZE * 0.4, borderRadius: SIZE * 0.2 },
  square: { width: SIZE * 0.32, height: SIZE * 0.32, borderRadius: 6 },
  dimmed: { opacity: 0.6 },
});
