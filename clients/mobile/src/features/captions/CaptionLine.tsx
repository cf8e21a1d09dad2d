import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Pressable, StyleSheet, View } from "react-native";

import { EmotionTag } from "@/shared/emotion/EmotionTag";
import { shownEmotion } from "@/shared/emotion/shown-emotion";
import type { Line } from "@/shared/library/library";
import { AppText } from "@/shared/ui/AppText";
import { RADIUS, SPACE, TARGET, usePalette } from "@/shared/ui/theme";

interface Props {
  line: Line;
  /** Null: it can only be read. */
  onPress: ((line: Line) => void) | null;
}

/** What was said and how it sounded. A tap opens the choice of how it sounded. */
export const CaptionLine = memo(function CaptionLine({ line, onPress }: Props) {
  const { t } = useTranslation();
  const palette = usePalette();
  const { text, speaker } = line.utterance;
  const emotion = shownEmotion(line.utterance.emotion);
  const words = text === "" ? t("captions.speechUnwritten") : text;
  const sounds = emotion === null ? "" : t(`emotion.sounds.${emotion}`);
  const label = [speaker ?? "", words, sounds].filter((part) => part !== "").join(", ");
  return (
    <Pressable
      role={onPress === null ? "listitem" : "button"}
      accessibilityLabel={label}
      {...(onPress === null ? {} : { accessibilityHint: t("captions.correctHint") })}
      disabled={onPress === null}
      onPress={() => onPress?.(line)}
      style={({ pressed }) => [styles.line, pressed && { backgroundColor: palette.surfaceStrong }]}
    >
      {speaker !== null && (
        <AppText kind="small" muted bold>
          {speaker}
        </AppText>
      )}
      <View style={styles.words}>
        {emotion !== null && <EmotionTag emotion={emotion} />}
        <AppText kind="caption" muted={text === ""} style={styles.text}>
          {words}
        </AppText>
      </View>
    </Pressable>
  );
});

const styles = StyleSheet.create({
  line: {
    minHeight: TARGET,
    paddingVertical: SPACE.s,
    paddingHorizontal: SPACE.s,
    borderRadius: RADIUS,
  },
  words: { flexDirection: "row", flexWrap: "wrap", columnGap: SPACE.s, alignItems: "baseline" },
  text: { flexShrink: 1 },
});
