import { useTranslation } from "react-i18next";
import { Pressable, StyleSheet, View } from "react-native";

import { AppText } from "@/shared/ui/AppText";
import { SPACE, usePalette } from "@/shared/ui/theme";

import type { RecorderState } from "./recorder";

const SIZE = 128;
/** Where the words need the room. */
const LIVE_SIZE = 84;

interface Props {
  phase: RecorderState["phase"];
  live: boolean;
  onPress: () => void;
}

/** A circle begins, a square ends: told apart without colour. */
export function RecordButton({ phase, live, onPress }: Props) {
  const { t } = useTranslation();
  const palette = usePalette();
  const isRunning = phase === "recording" || phase === "interrupted";
  const label = live
    ? t(isRunning ? "live.stop" : "live.start")
    : t(isRunning ? "capture.stop" : "capture.start");
  const size = live ? LIVE_SIZE : SIZE;
  const sign = isRunning ? size * 0.32 : size * 0.4;
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
          { width: size, height: size, borderRadius: size / 2 },
          { backgroundColor: palette.dangerStrong, borderColor: palette.surface },
          (pressed || disabled) && styles.dimmed,
        ]}
      >
        <View
          style={{
            width: sign,
            height: sign,
            borderRadius: isRunning ? 6 : sign / 2,
            backgroundColor: palette.onDangerStrong,
          }}
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
    borderWidth: 4,
    alignItems: "center",
    justifyContent: "center",
  },
  dimmed: { opacity: 0.6 },
});
