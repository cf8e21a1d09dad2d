import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { TFunction } from "i18next";
import { Link } from "react-router";

import { errorText } from "@/shared/errors/error-text";
import { Icon } from "@/shared/ui/Icon";

import { LiveControls } from "./LiveControls";
import { LiveEnded } from "./LiveEnded";
import { LiveLines } from "./LiveLines";
import { LiveNotices, ReadNotices } from "./LiveNotices";
import { LiveStatus } from "./LiveStatus";
import { ReplyPanel } from "./ReplyPanel";
import { useLivePreferences } from "./live-preferences";
import { LiveTalk } from "./live-talk";
import type { TalkState } from "./live-talk";
import { useKeywordAlert } from "./use-keyword-alert";
import { useNotices } from "./use-notices";
import type { LiveNotice } from "./use-notices";

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
  const { calm } = useLivePreferences();
  const [talk] = useState(() => new LiveTalk({ url, language }));
  const state = useSyncExternalStore(talk.subscribe, talk.snapshot);
  const alert = useKeywordAlert(state.lines, calm);
  const isRunning = state.phase === "live" || state.phase === "ending";
  const { open, read, confirm } = useNotices(noticesOf(t, state));

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
        <ReadNotices notices={read} />
        <LiveStatus talk={talk} state={state} />
      </header>
      <LiveLines
        lines={state.lines}
        calm={calm}
        showEmotion={showEmotion}
        hint={t(state.phase === "live" ? "live.hintListening" : "live.hintIdle")}
      />
      <LiveNotices alert={alert} open={open} onConfirm={confirm} />
      <div className="live-foot">
        <ReplyPanel />
        {state.phase === "ended" || state.phase === "failed" ? (
          <LiveEnded recordingId={state.phase === "ended" ? talk.id : null} onAgain={onAgain} />
        ) : (
          <LiveControls talk={talk} state={state} />
        )}
      </div>
    </section>
  );
}

/** What there is to know about the talk now. */
function noticesOf(t: TFunction, state: TalkState): LiveNotice[] {
  const { phase, problem, error, overload, lowAccuracy, connected } = state;
  const isRunning = phase === "live" || phase === "ending";
  const found: (LiveNotice | null)[] = [
    problem && { id: problem, kind: "problem", text: t(`capture.problem.${problem}`) },
    error && { id: error.code, kind: "problem", text: errorText(t, error) },
    isRunning && !connected
      ? { id: "offline", kind: "warning", text: t("live.reconnecting") }
      : null,
    phase === "live"
      ? {
          id: "others",
          kind: "info",
          text: t("capture.othersText"),
          confirm: t("capture.othersConfirm"),
        }
      : null,
    isRunning && overload !== "none"
      ? { id: overload, kind: "info", text: t(`live.overload.${overload}`) }
      : null,
    lowAccuracy ? { id: "low-accuracy", kind: "warning", text: t("captions.lowAccuracy") } : null,
  ];
  return found.filter((notice) => notice !== null);
}
