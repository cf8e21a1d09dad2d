import { isShown, shownText } from "@api/live-lines";
import type { Lines } from "@api/live-lines";
import { memo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ScrollView, StyleSheet, View } from "react-native";
import type { NativeScrollEvent, NativeSyntheticEvent } from "react-native";

import { EmotionTag } from "@/shared/emotion/EmotionTag";
import { shownEmotion } from "@/shared/emotion/shown-emotion";
import { AppText } from "@/shared/ui/AppText";
import { SPACE } from "@/shared/ui/theme";

interface Props {
  lines: Lines;
  /** Only text that does not change any more. */
  calm: boolean;
  /** While there is nothing to read. */
  hint: string;
}

const MOST_SHOWN = 100;
/** Closer to the end than this, and the newest line stays in sight. */
const NEAR_END = 160;

/** The newest at the bottom. The last one stays when the sound stops. */
export function LiveLines({ lines, calm, hint }: Props) {
  const { t } = useTranslation();
  const list = useRef<ScrollView>(null);
  const isNearEnd = useRef(true);
  const shown = lines.filter((line) => isShown(line, calm)).slice(-MOST_SHOWN);
  const lastFinal = lines.findLast(({ final }) => final);
  const onScroll = ({ nativeEvent }: NativeSyntheticEvent<NativeScrollEvent>): void => {
    const { contentOffset, contentSize, layoutMeasurement } = nativeEvent;
    isNearEnd.current = contentSize.height - contentOffset.y - layoutMeasurement.height < NEAR_END;
  };
  return (
    <View style={styles.fill} role="region" accessibilityLabel={t("live.captions")}>
      <ScrollView
        ref={list}
        onScroll={onScroll}
        scrollEventThrottle={100}
        onContentSizeChange={() => {
          if (isNearEnd.current) list.current?.scrollToEnd({ animated: false });
        }}
        contentContainerStyle={styles.lines}
      >
        {shown.length === 0 && <AppText muted>{hint}</AppText>}
        {shown.map((line) => (
          <LiveLine key={line.utterance} line={line} calm={calm} />
        ))}
      </ScrollView>
      {/* Screen readers say a line once, when it is finished. */}
      <View style={styles.unseen} aria-live="polite">
        <AppText>{lastFinal?.stable ?? ""}</AppText>
      </View>
    </View>
  );
}

const LiveLine = memo(function LiveLine({ line, calm }: { line: Lines[number]; calm: boolean }) {
  const { t } = useTranslation();
  const { stable, unstable } = shownText(line, calm);
  // In calm mode nothing changes any more, the tag neither.
  const emotion = line.final || !calm ? shownEmotion(line.emotion) : null;
  const words = line.final && stable === "" ? t("captions.speechUnwritten") : stable;
  return (
    <View style={styles.line}>
      {line.speaker !== null && (
        <AppText kind="small" muted bold>
          {line.speaker}
        </AppText>
      )}
      <View style={styles.words}>
        {emotion !== null && <EmotionTag emotion={emotion} />}
        <AppText kind="live" style={styles.text}>
          {words}
          {unstable !== "" && <AppText kind="live" muted>{` ${unstable}`}</AppText>}
        </AppText>
      </View>
    </View>
  );
});

const styles = StyleSheet.create({
  fill: { flex: 1 },
  lines: { flexGrow: 1, justifyContent: "flex-end", paddingVertical: SPACE.s, gap: SPACE.m },
  line: { paddingHorizontal: SPACE.s },
  words: { flexDirection: "row", flexWrap: "wrap", columnGap: SPACE.s, alignItems: "baseline" },
  text: { flexShrink: 1 },
  unseen: { position: "absolute", width: 1, height: 1, overflow: "hidden", opacity: 0 },
});
