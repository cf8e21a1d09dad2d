import { useTranslation } from "react-i18next";
import { StyleSheet, View } from "react-native";

import { useKeepAwake } from "@/shared/preferences/use-keep-awake";
import { formatClock } from "@/shared/time/format";
import { AppText } from "@/shared/ui/AppText";
import { Notice } from "@/shared/ui/Notice";
import { SPACE } from "@/shared/ui/theme";

import { LevelBar } from "./LevelBar";
import { RecordButton } from "./RecordButton";
import { useRecorder, useRecorderState } from "./context";
import type { RecorderState } from "./recorder";

interface Props {
  /** What is said goes out as it comes, besides being kept. */
  live?: boolean;
}

/** One big button, and what there is to know about the recording. */
export function RecordPanel({ live = false }: Props) {
  const recorder = useRecorder();
  const state = useRecorderState();
  const isRunning = state.phase === "recording" || state.phase === "interrupted";
  useKeepAwake(isRunning, "recording");
  return (
    <View style={styles.panel}>
      <Notices state={state} live={live} />
      <RecordButton
        phase={state.phase}
        live={live}
        onPress={() => void (isRunning ? recorder.stop() : recorder.start({ live }))}
      />
      {isRunning ? (
        <Running recorded_s={state.recorded_s} live={live} />
      ) : (
        <Hint phase={state.phase} live={live} />
      )}
    </View>
  );
}

function Running({ recorded_s, live }: { recorded_s: number; live: boolean }) {
  const { t } = useTranslation();
  const time = formatClock(recorded_s);
  return (
    <>
      <AppText kind="heading" accessibilityLabel={t("capture.elapsed", { time })}>
        {time}
      </AppText>
      <LevelBar />
      {/* In a live talk the room is for the words. */}
      {!live && (
        <AppText muted style={styles.centred}>
          {t("capture.recordingHint")}
        </AppText>
      )}
    </>
  );
}

function Hint({ phase, live }: Pick<RecorderState, "phase"> & { live: boolean }) {
  const { t } = useTranslation();
  const text =
    phase === "preparing"
      ? t("capture.preparing")
      : phase === "saving"
        ? t("capture.saving")
        : t(live ? "live.idleHint" : "capture.idleHint");
  return (
    <AppText muted style={styles.centred}>
      {text}
    </AppText>
  );
}

function Notices({ state, live }: { state: RecorderState; live: boolean }) {
  const { t } = useTranslation();
  const { phase, problem, storageFailed, worksInBackground } = state;
  return (
    <>
      {problem !== null && <Notice kind="danger" text={t(`capture.problem.${problem}`)} />}
      {storageFailed && <Notice kind="danger" text={t("capture.storageFailed")} />}
      {phase === "interrupted" && <Notice kind="warning" text={t("capture.interrupted")} />}
      {phase === "recording" && !worksInBackground && !live && (
        <AppText kind="small" muted style={styles.centred}>
          {t("capture.foregroundOnly")}
        </AppText>
      )}
    </>
  );
}

const styles = StyleSheet.create({
  panel: { alignItems: "center", gap: SPACE.m, padding: SPACE.l },
  centred: { textAlign: "center" },
});
