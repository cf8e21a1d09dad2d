import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { barHeight } from "@/shared/microphone/level";

import type { LiveTalk, TalkState } from "./live-talk";

/** Captions that are later than this say so loudly. */
const LATE_S = 3;

interface LiveStatusProps {
  talk: LiveTalk;
  state: TalkState;
}

/** Whether somebody is speaking, how far the captions are behind, and that the microphone works. */
export function LiveStatus({ talk, state }: LiveStatusProps) {
  const { t } = useTranslation();
  if (state.phase === "idle") return null;
  // Without a connection nobody knows how far they are behind.
  const isRunning = state.phase === "live" || state.phase === "ending";
  const isCut = isRunning && !state.connected;
  const late = isCut || state.lag_s > LATE_S;
  const lag = t(late ? "live.lagLate" : "live.lag", { seconds: state.lag_s.toFixed(1) });
  return (
    <div className="live-status">
      <p className="live-speaking" data-on={state.speaking} role="status">
        <span className="live-dot" aria-hidden="true" />
        {t(state.speaking ? "live.speaking" : `live.phase.${state.phase}`)}
      </p>
      {state.phase === "live" && <LevelBar talk={talk} label={t("live.level")} />}
      {isRunning && (
        <p className="live-lag numbers" data-late={late}>
          <span className="visually-hidden">{t("live.lagLabel")} </span>
          {isCut ? t("live.cut") : lag}
        </p>
      )}
    </div>
  );
}

function LevelBar({ talk, label }: { talk: LiveTalk; label: string }) {
  const fill = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      talk.subscribeLevel(({ rms_db }) => {
        if (fill.current) fill.current.style.transform = `scaleX(${barHeight(rms_db).toFixed(3)})`;
      }),
    [talk],
  );
  return (
    <span className="live-level" role="img" aria-label={label} title={label}>
      <span ref={fill} />
    </span>
  );
}
