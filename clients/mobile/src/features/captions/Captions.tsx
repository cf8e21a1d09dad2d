import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { FlatList, StyleSheet, View } from "react-native";
import type { NativeScrollEvent, NativeSyntheticEvent } from "react-native";

import type { Line } from "@/shared/library/library";
import { useLines, useServices } from "@/shared/services/context";
import { SPACE } from "@/shared/ui/theme";

import { CaptionLine } from "./CaptionLine";
import { EmotionSheet } from "./EmotionSheet";
import { correctEmotion } from "./correct-emotion";

interface Props {
  conversationId: string;
  /** Newest line in sight as it comes, unless the person reads further up. */
  follow: boolean;
}

/** Closer to the end than this, and the newest line stays in sight. */
const NEAR_END = 120;

/** All lines of a conversation. The last ones stay on screen when the sound stops. */
export function Captions({ conversationId, follow }: Props) {
  const { t } = useTranslation();
  const services = useServices();
  const lines = useLines(conversationId);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const list = useRef<FlatList<Line>>(null);
  const isNearEnd = useRef(true);
  const chosen = lines.find(({ utterance }) => utterance.id === chosenId)?.utterance;

  const onScroll = ({ nativeEvent }: NativeSyntheticEvent<NativeScrollEvent>): void => {
    const { contentOffset, contentSize, layoutMeasurement } = nativeEvent;
    isNearEnd.current = contentSize.height - contentOffset.y - layoutMeasurement.height < NEAR_END;
  };
  const toEnd = (): void => {
    if (follow && isNearEnd.current) list.current?.scrollToEnd({ animated: false });
  };

  return (
    <View
      style={styles.fill}
      role="region"
      accessibilityLabel={t("captions.title")}
      aria-live="polite"
    >
      <FlatList
        ref={list}
        data={lines}
        keyExtractor={({ utterance }) => utterance.id}
        renderItem={({ item }) => (
          <CaptionLine line={item} onPress={(line) => setChosenId(line.utterance.id)} />
        )}
        onScroll={onScroll}
        scrollEventThrottle={100}
        onContentSizeChange={toEnd}
        contentContainerStyle={styles.lines}
      />
      {chosen !== undefined && (
        <EmotionSheet
          utterance={chosen}
          onCorrect={(emotion) => correctEmotion(services, chosen, emotion)}
          onClose={() => setChosenId(null)}
        />
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  fill: { flex: 1 },
  lines: { paddingVertical: SPACE.s, gap: SPACE.xs },
});
