import { useTranslation } from "react-i18next";
import { StyleSheet, View } from "react-native";

import type { TimelineBucket } from "@/shared/api/types";
import { EmotionIcon } from "@/shared/emotion/EmotionIcon";
import { AppText } from "@/shared/ui/AppText";
import { SPACE, usePalette } from "@/shared/ui/theme";

/** How speech of one day or month sounded: each share by icon, word, number and length. */
export function EmotionBar({ bucket }: { bucket: TimelineBucket }) {
  const { t } = useTranslation();
  const palette = usePalette();
  const heard = bucket.emotions.filter(({ share }) => share > 0).sort((a, b) => b.share - a.share);
  if (heard.length === 0) return <AppText muted>{t("timeline.allUnsure")}</AppText>;
  return (
    <View style={styles.rows}>
      {heard.map(({ label, share }) => {
        const percent = Math.round(share * 100);
        const words = t("timeline.share", { name: t(`emotion.name.${label}`), percent });
        return (
          <View key={label} style={styles.row} accessible accessibilityLabel={words}>
            <EmotionIcon emotion={label} color={palette[label]} size={22} />
            <AppText color={palette[label]} style={styles.words}>
              {words}
            </AppText>
            <View style={[styles.track, { backgroundColor: palette.surfaceStrong }]}>
              <View
                style={[styles.bar, { backgroundColor: palette[label], width: `${share * 100}%` }]}
              />
            </View>
          </View>
        );
      })}
    </View>
  );
}

const styles = StyleSheet.create({
  rows: { gap: SPACE.s },
  row: { flexDirection: "row", alignItems: "center", gap: SPACE.s, flexWrap: "wrap" },
  words: { minWidth: 130 },
  track: { flexGrow: 1, minWidth: 100, height: 12, borderRadius: 6, overflow: "hidden" },
  bar: { height: 12 },
});
