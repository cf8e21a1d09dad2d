import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ScrollView, StyleSheet, useWindowDimensions, View } from "react-native";
import { useSafeAreaInsets } from "react-native-safe-area-context";

import { errorText } from "@/shared/errors/error-text";
import { usePreferences, usePreferencesStore } from "@/shared/preferences/context";
import { useKeepAwake } from "@/shared/preferences/use-keep-awake";
import { useIsOnline } from "@/shared/services/context";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Toggle } from "@/shared/ui/Choice";
import { Notice } from "@/shared/ui/Notice";
import { SPACE, usePalette } from "@/shared/ui/theme";

import { LiveLines } from "./LiveLines";
import { LiveShare } from "./LiveShare";
import { LiveStatus } from "./LiveStatus";
import { useTalk } from "./context";
import type { TalkState } from "./talk";
import { useLiveSignals } from "./use-live-signals";

interface Props {
  /** Of the recorder, which is another feature. */
  isRunning: boolean;
  /** The button of the recorder, and what there is to know about it. */
  recorder: ReactNode;
  /** What was captioned in pieces, where the live connection could not be used. */
  pieces: ReactNode;
  onBack: () => void;
}

/** The whole screen for what is being said. */
export function LiveScreen({ isRunning, recorder, pieces, onBack }: Props) {
  const { t } = useTranslation();
  const palette = usePalette();
  const insets = useSafeAreaInsets();
  const { width, height } = useWindowDimensions();
  const { calm } = usePreferences();
  const talk = useTalk();
  const word = useLiveSignals(talk.lines);
  useKeepAwake(isRunning, "live");
  const isWide = width > height && width >= 600;
  const cameInPieces = talk.connection === "over" && !talk.hasEnded && talk.lines.length === 0;
  const edges = {
    paddingTop: insets.top + SPACE.s,
    paddingBottom: insets.bottom,
    paddingLeft: insets.left + SPACE.m,
    paddingRight: insets.right + SPACE.m,
  };
  return (
    <View style={[styles.fill, { backgroundColor: palette.page }, edges]}>
      <View style={styles.head}>
        <Button label={t("live.back")} onPress={onBack} />
        <AppText kind="heading" aria-level={1}>
          {t("live.title")}
        </AppText>
      </View>
      <LiveStatus talk={talk} isRunning={isRunning} />
      {word !== null && (
        <View style={[styles.alert, { backgroundColor: palette.dangerStrong }]} role="alert">
          <AppText kind="heading" color={palette.onDangerStrong}>
            {t("live.keywordSaid", { word })}
          </AppText>
        </View>
      )}
      <View style={[styles.fill, isWide ? styles.row : styles.column]}>
        <View style={styles.fill}>
          {cameInPieces ? (
            pieces
          ) : (
            <LiveLines
              lines={talk.lines}
              calm={calm}
              hint={t(`live.hint.${isRunning ? talk.connection : "idle"}`)}
            />
          )}
        </View>
        <ScrollView style={isWide ? styles.side : styles.below}>
          <Notices talk={talk} isRunning={isRunning} />
          {recorder}
          <Tools talk={talk} isRunning={isRunning} />
        </ScrollView>
      </View>
    </View>
  );
}

function Notices({ talk, isRunning }: { talk: TalkState; isRunning: boolean }) {
  const { t } = useTranslation();
  const isOnline = useIsOnline();
  const { connection, error, overload, lowAccuracy, hasEnded, streamId } = talk;
  const isWaiting = streamId !== null && !hasEnded && connection !== "connected";
  return (
    <View style={styles.notices}>
      {isRunning && !isOnline && <Notice kind="warning" text={t("live.offline")} />}
      {isRunning && isOnline && connection === "connecting" && (
        <Notice kind="warning" text={t("live.reconnecting")} />
      )}
      {!isRunning && isWaiting && connection !== "over" && (
        <Notice kind="calm" text={t("live.restComes")} />
      )}
      {connection === "over" && !hasEnded && <Notice kind="calm" text={t("live.later")} />}
      {error !== null && isRunning && <Notice kind="danger" text={errorText(t, error)} />}
      {overload !== "none" && isRunning && (
        <Notice kind="calm" text={t(`live.overload.${overload}`)} />
      )}
      {lowAccuracy && isRunning && <Notice kind="warning" text={t("live.lowAccuracy")} />}
    </View>
  );
}

function Tools({ talk, isRunning }: { talk: TalkState; isRunning: boolean }) {
  const { t } = useTranslation();
  const store = usePreferencesStore();
  const { calm } = usePreferences();
  const [isSharing, setSharing] = useState(false);
  const { streamId, connection } = talk;
  return (
    <View style={styles.tools}>
      {isRunning && connection === "connected" && (
        <Button label={t("live.share")} onPress={() => setSharing(true)} />
      )}
      <Toggle
        label={t("live.calm")}
        hint={t("live.calmHint")}
        value={calm}
        onChange={(chosen) => void store.change({ calm: chosen })}
      />
      {isSharing && streamId !== null && (
        <LiveShare streamId={streamId} onClose={() => setSharing(false)} />
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  fill: { flex: 1 },
  head: { flexDirection: "row", alignItems: "center", gap: SPACE.m },
  row: { flexDirection: "row", gap: SPACE.l },
  column: { flexDirection: "column" },
  side: { flexGrow: 0, width: "38%" },
  below: { flexGrow: 0, maxHeight: "55%" },
  notices: { gap: SPACE.s },
  tools: { gap: SPACE.s, paddingVertical: SPACE.s },
  alert: { padding: SPACE.m, alignItems: "center" },
});
