import { useTranslation } from "react-i18next";
import { StyleSheet, View } from "react-native";

import { AppText } from "@/shared/ui/AppText";
import { RADIUS, SPACE, usePalette } from "@/shared/ui/theme";

import type { TalkState } from "./talk";

/** Captions that are later than this say so loudly. */
const LATE_S = 3;

interface Props {
  talk: TalkState;
  isRunning: boolean;
}

/** Whether somebody is speaking, and how far the captions are behind. */
export function LiveStatus({ talk, isRunning }: Props) {
  const { t } = useTranslation();
  const palette = usePalette();
  const { connection, speaking, lag_s, hasEnded } = talk;
  const isLate = lag_s > LATE_S;
  const state = isRunning
    ? t(speaking ? "live.speaking" : `live.connection.${connection}`)
    : t(hasEnded ? "live.ended" : "live.idle");
  const seconds = lag_s.toFixed(1);
  return (
    <View style={styles.row}>
      <View style={styles.state} role="status" aria-live="polite">
        <View
          style={[styles.dot, { backgroundColor: speaking ? palette.done : palette.borderStrong }]}
          aria-hidden
        />
        <AppText bold={speaking}>{state}</AppText>
      </View>
      {isRunning && connection === "connected" && (
        <View
          style={[
            styles.lag,
            { backgroundColor: isLate ? palette.warningSoft : palette.surfaceStrong },
          ]}
        >
          <AppText
            kind="small"
            color={isLate ? palette.warning : palette.text}
            accessibilityLabel={t("live.lagLabel", { seconds })}
          >
            {t(isLate ? "live.lagLate" : "live.lag", { seconds })}
          </AppText>
        </View>
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  row: {
    flexDirection: "row",
    flexWrap: "wrap",
    justifyContent: "space-between",
    alignItems: "center",
    gap: SPACE.s,
  },
  state: { flexDirection: "row", alignItems: "center", gap: SPACE.s },
  dot: { width: 14, height: 14, borderRadius: 7 },
  lag: { borderRadius: RADIUS, paddingHorizontal: SPACE.s, paddingVertical: 2 },
});
