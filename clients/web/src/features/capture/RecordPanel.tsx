import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { OthersNotice } from "@/shared/microphone/OthersNotice";
import { formatClock, isoDuration } from "@/shared/time/format";
import { Icon } from "@/shared/ui/Icon";
import { Notice } from "@/shared/ui/Notice";
import { useAnnounce } from "@/shared/ui/announcer";

import { LevelBars } from "./LevelBars";
import { useCapture, useRecorder } from "./context";
import { useElapsed_s } from "./use-elapsed";

import "./capture.css";

/** The one big button, and all that shows that the microphone works. */
export function RecordPanel() {
  const { t } = useTranslation();
  const { recorder } = useCapture();
  const { phase, problem, warning, storageFailed, startedAt_ms } = useRecorder();
  const isRecording = phase === "recording";
  useAnnouncedPhase();
  const label = {
    idle: t("capture.start"),
    preparing: t("capture.preparing"),
    recording: t("capture.stop"),
    saving: t("capture.saving"),
  }[phase];
  return (
    <section className="record-panel" data-phase={phase} aria-label={t("capture.title")}>
      <button
        type="button"
        className="record-button"
        aria-disabled={phase === "preparing" || phase === "saving"}
        onClick={() => {
          if (phase === "idle") void recorder.start();
          else if (isRecording) recorder.stop();
        }}
      >
        <span className="record-disc">
          <Icon name={isRecording ? "stop" : "microphone"} />
        </span>
        <span className="record-label">{label}</span>
      </button>
      <div className="record-monitor">
        {phase === "idle" ? <p className="record-hint">{t("capture.idleHint")}</p> : <Monitor />}
      </div>
      {isRecording && <OthersNotice key={startedAt_ms} />}
      <div className="record-notices" role="alert">
        {problem !== null && <Notice kind="problem">{t(`capture.problem.${problem}`)}</Notice>}
        {warning === "silent" && (
          <Notice kind="warning" title={t("capture.silentTitle")}>
            {t("capture.silentText")}
          </Notice>
        )}
        {warning === "clipping" && (
          <Notice kind="warning" title={t("capture.clippingTitle")}>
            {t("capture.clippingText")}
          </Notice>
        )}
        {storageFailed && <Notice kind="warning">{t("capture.storageFailed")}</Notice>}
      </div>
    </section>
  );
}

function Monitor() {
  const { t } = useTranslation();
  const { startedAt_ms } = useRecorder();
  const elapsed_s = useElapsed_s(startedAt_ms);
  return (
    <>
      <p className="record-time numbers">
        <span className="visually-hidden">{t("capture.elapsed")} </span>
        <time dateTime={isoDuration(elapsed_s)}>{formatClock(elapsed_s)}</time>
      </p>
      <LevelBars label={`${t("capture.level")}. ${t("capture.levelHint")}`} />
      <p className="record-hint">{t("capture.recordingHint")}</p>
    </>
  );
}

function useAnnouncedPhase(): void {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const { phase, startedAt_ms } = useRecorder();
  const before = useRef({ phase, startedAt_ms });
  useEffect(() => {
    const last = before.current;
    before.current = { phase, startedAt_ms };
    if (last.phase === phase) return;
    if (phase === "recording") announce(t("capture.announceStarted"));
    if (last.phase === "recording" && last.startedAt_ms !== null) {
      const time = formatClock((performance.now() - last.startedAt_ms) / 1000);
      announce(t("capture.announceStopped", { time }));
    }
  }, [phase, startedAt_ms, announce, t]);
}
