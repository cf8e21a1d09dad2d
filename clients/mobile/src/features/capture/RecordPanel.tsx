import { activateKeepAwakeAsync, deactivateKeepAwake } from "expo-keep-awake";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { StyleSheet, View } from "react-native";

import { usePreferences } from "@/shared/preferences/context";
import { formatClock } from "@/shared/time/format";
import { AppText } from "@/shared/ui/AppText";
import { Notice } from "@/shared/ui/Notice";
import { SPACE } from "@/shared/ui/theme";

import { LevelBar } from "./LevelBar";
import { RecordButton } from "./RecordButton";
import { useRecorder, useRecorderState } from "./context";
import type { RecorderState } from "./recorder";

const AWAKE_TAG = "recording";

/** One big button, and what there is to know about the recording. */
export function RecordPanel() {
  const recorder = useRecorder();
  const state = useRecorderState();
  const isRunning = state.phase === "recording" || state.phase === "interrupted";
  useKeepAwake(isRunning);
  return (
    <View style={styles.panel}>
      <Notices state={state} />
      <RecordButton
        phase={state.phase}
        onPress={() => void (isRunning ? recorder.stop() : recorder.start())}
      />
      {isRunning ? <Running recorded_s={state.recorded_s} /> : <Hint phase={state.phase} />}
    </View>
  );
}

function Running({ recorded_s }: { recorded_s: number }) {
  const { t } = useTranslation();
  const time = formatClock(recorded_s);
  return (
    <>
      <AppText kind="heading" accessibilityLabel={t("capture.elapsed", { time })}>
        {time}
      </AppText>
      <LevelBar />
      <AppText muted style={styles.centred}>
        {t("capture.recordingHint")}
      </AppText>
    </>
  );
}

function Hint({ phase }: Pick<RecorderState, "phase">) {
  const { t } = useTranslation();
  const text =
    phase === "preparing"
      ? t("capture.preparing")
      : phase === "saving"
        ? t("capture.saving")
        : t("capture.idleHint");
  return (
    <AppText muted style={styles.centred}>
      {text}
    </AppText>
  );
}

function Notices({ state }: { state: RecorderState }) {
  const { t } = useTranslation();
  const { phase, problem, storageFailed, worksInBackground } = state;
  return (
    <>
      {problem !== null && <Notice kind="danger" text={t(`capture.problem.${problem}`)} />}
      {storageFailed && <Notice kind="danger" text={t("capture.storageFailed")} />}
      {phase === "interrupted" && <Notice kind="warning" text={t("capture.interrupted")} />}
      {phase === "recording" && !worksInBackground && (
        <AppText kind="small" muted style={styles.centred}>
          {t("capture.foregroundOnly")}
        </AppText>
      )}
    </>
  );
}

function useKeepAwake(isRunning: boolean): void {
  const { keepAwake } = usePreferences();
  const isWanted = isRunning && keepAwake;
  useEffect(() => {
    if (!isWanted) return undefined;
    activateKeepAwakeAsync(AWAKE_TAG).catch(() => undefined);
    return () => void deactivateKeepAwake(AWAKE_TAG).catch(() => undefined);
  }, [isWanted]);
}

const styles = StyleSheet.create({
  panel: { alignItems: "center", gap: SPACE.m, padding: SPACE.l },
  centred: { textAlign: "center" },
});
