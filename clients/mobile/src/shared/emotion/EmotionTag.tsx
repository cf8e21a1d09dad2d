import { useTranslation } from "react-i18next";
import { StyleSheet, View } from "react-native";

import { useTextScale } from "@/shared/preferences/context";
import { AppText } from "@/shared/ui/AppText";
import { SPACE, usePalette } from "@/shared/ui/theme";

import { EmotionIcon } from "./EmotionIcon";
import type { ShownEmotion } from "./shown-emotion";

/** How a line sounds, by word, colour and shape. Neutral is quiet: no tag. */
export function EmotionTag({ emotion }: { emotion: ShownEmotion }) {
  const { t } = useTranslation();
  const palette = usePalette();
  const scale = useTextScale();
  if (emotion === "neutral") return null;
  return (
    <View style={styles.row} accessible accessibilityLabel={t(`emotion.sounds.${emotion}`)}>
      <EmotionIcon emotion={emotion} color={palette[emotion]} size={20 * scale} />
      <AppText kind="caption" bold={emotion !== "unsure"} color={palette[emotion]}>
        {t(`emotion.script.${emotion}`)}
      </AppText>
    </View>
  );
}

const styles = StyleSheet.create({
  row: { flexDirection: "row", alignItems: "center", gap: SPACE.xs },
});
