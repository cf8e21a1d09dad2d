import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { errorText } from "@/shared/errors/error-text";
import { OthersNotice } from "@/shared/microphone/OthersNotice";
import { useDisplay } from "@/shared/preferences/display";
import { Button } from "@/shared/ui/Button";
import { Icon } from "@/shared/ui/Icon";
import { Notice } from "@/shared/ui/Notice";

import { LiveControls } from "./LiveControls";
import { LiveLines } from "./LiveLines";
import { LiveStatus } from "./LiveStatus";
import { ReplyPanel } from "./ReplyPanel";
import { useLivePreferences } from "./live-preferences";
import { LiveTalk } from "./live-talk";
import { useKeywordAlert } from "./use-keyword-alert";

import "./live.css";

interface LiveScreenProps {
  url: string;
  language: string | null;
  showEmotion: boolean;
}

/** The whole screen for what is being said. */
export function LiveScreen(props: LiveScreenProps) {
  // A new talk is a new stream: nothing of the last one stays.
  const [count, setCount] = useState(0);
  return <Talk key={count} {...props} onAgain={() => setCount(count + 1)} />;
}

function Talk({ url, language, showEmotion, onAgain }: LiveScreenProps & { onAgain: () => void }) {
  const { t } = useTranslation();
  const { keep_awake } = useDisplay();
  const { calm } = useLivePreferences();
  const [talk] = useState(() => new LiveTalk({ url, language, keepAwake: keep_awake }));
  const state = useSyncExternalStore(talk.subscribe, talk.snapshot);
  const alert = useKeywordAlert(state.lines, calm);
  const isRunning = state.phase === "live" || state.phase === "ending";

  useEffect(() => () => talk.leave(), [talk]);
  useEffect(() => {
    if (!isRunning) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isRunning]);

  return (
    <section className="live-screen" data-alert={alert !== null} aria-label={t("live.title")}>
      <header className="live-head">
        <Link to="/" className="back-link">
          <Icon name="back" />
          {t("app.back")}
        </Link>
        <h1>{t("live.title")}</h1>
        <LiveStatus talk={talk} state={state} />
      </header>
      <LiveLines
        lines={state.lines}
        calm={calm}
        showEmotion={showEmotion}
        hint={t(state.phase === "live" ? "live.hintListening" : "live.hintIdle")}
      />
      <div className="live-notices" role="alert">
        {alert !== null && (
          <p className="live-alert">
            <Icon name="warning" />
            {t("live.keywordSaid", { word: alert })}
          </p>
        )}
        {state.problem !== null && (
          <Notice kind="problem">{t(`capture.problem.${state.problem}`)}</Notice>
        )}
        {state.error !== null && <Notice kind="problem">{errorText(t, state.error)}</Notice>}
        {state.overload !== "none" && isRunning && (
          <Notice kind="info">{t(`live.overload.${state.overload}`)}</Notice>
        )}
        {state.lowAccuracy && <Notice kind="warning">{t("captions.lowAccuracy")}</Notice>}
        {isRunning && !state.connected && <Notice kind="warning">{t("live.reconnecting")}</Notice>}
      </div>
      {state.phase === "live" && <OthersNotice />}
      <ReplyPanel />
      {state.phase === "ended" || state.phase === "failed" ? (
        <div className="live-controls">
          <Button kind="primary" icon="microphone" onClick={onAgain}>
            {t("live.newTalk")}
          </Button>
          {state.phase === "ended" && (
            <Link className="button button-plain" to={`/recordings/${talk.id}`}>
              {t("live.openRecording")}
            </Link>
          )}
        </div>
      ) : (
        <LiveControls talk={talk} state={state} />
      )}
    </section>
  );
}
