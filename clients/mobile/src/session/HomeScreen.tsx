import { useTranslation } from "react-i18next";
import { ScrollView, StyleSheet, useWindowDimensions, View } from "react-native";
import { useSafeAreaInsets } from "react-native-safe-area-context";

import { Captions } from "@/features/captions/Captions";
import { useHaptics } from "@/features/captions/use-haptics";
import { useRecorderState } from "@/features/capture/context";
import { RecordPanel } from "@/features/capture/RecordPanel";
import { PlaceList } from "@/features/queue/PlaceList";
import { countPlaces } from "@/features/queue/summary";
import { useIsOnline, useLines, useQueueItems } from "@/shared/services/context";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { SPACE, usePalette } from "@/shared/ui/theme";

/** The button, and the captions of what it records: one above the other, or side by side in landscape. */
export function HomeScreen({ onLive }: { onLive: () => void }) {
  const { t } = useTranslation();
  const palette = usePalette();
  const insets = useSafeAreaInsets();
  const { width, height } = useWindowDimensions();
  const { phase, conversationId, streamId } = useRecorderState();
  const isLive = streamId !== null && phase !== "idle";
  const isOnline = useIsOnline();
  const isWide = width > height && width >= 600;
  const edges = {
    paddingTop: insets.top + SPACE.s,
    paddingLeft: insets.left + SPACE.s,
    paddingRight: insets.right + SPACE.s,
  };
  return (
    <View style={[styles.fill, { backgroundColor: palette.page }, edges]}>
      {!isOnline && <Notice kind="warning" text={t("app.offline")} />}
      <View style={[styles.fill, isWide ? styles.row : styles.column]}>
        <View style={styles.fill}>
          {conversationId === null ? (
            <Centred text={t("captions.waiting")} />
          ) : (
            <RunningCaptions conversationId={conversationId} isOnline={isOnline} />
          )}
        </View>
        <ScrollView style={isWide ? styles.side : styles.below}>
          <RecordPanel />
          {(phase === "idle" || isLive) && (
            <View style={styles.live}>
              <Button
                kind={isLive ? "primary" : "plain"}
                label={t(isLive ? "live.openRunning" : "live.open")}
                onPress={onLive}
              />
            </View>
          )}
          {conversationId !== null && <WhereItIs conversationId={conversationId} />}
        </ScrollView>
      </View>
    </View>
  );
}

function RunningCaptions({
  conversationId,
  isOnline,
}: {
  conversationId: string;
  isOnline: boolean;
}) {
  const { t } = useTranslation();
  const hasLines = useLines(conversationId).length > 0;
  useHaptics(conversationId);
  if (!hasLines) return <Centred text={t(isOnline ? "captions.coming" : "captions.comingLater")} />;
  return <Captions conversationId={conversationId} follow />;
}

function WhereItIs({ conversationId }: { conversationId: string }) {
  const items = useQueueItems().filter((item) => item.conversationId === conversationId);
  return (
    <View style={styles.places}>
      <PlaceList counts={countPlaces(items)} />
    </View>
  );
}

function Centred({ text }: { text: string }) {
  return (
    <View style={styles.centred}>
      <AppText muted style={styles.words}>
        {text}
      </AppText>
    </View>
  );
}

const styles = StyleSheet.create({
  fill: { flex: 1 },
  row: { flexDirection: "row", gap: SPACE.l },
  column: { flexDirection: "column" },
  side: { flexGrow: 0, width: "42%" },
  below: { flexGrow: 0, maxHeight: "68%" },
  centred: { flex: 1, alignItems: "center", justifyContent: "center", padding: SPACE.l },
  words: { textAlign: "center" },
  live: { alignItems: "center", paddingBottom: SPACE.m },
  places: { alignItems: "center", paddingBottom: SPACE.m },
});
