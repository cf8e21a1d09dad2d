import { useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/shared/errors/error-text";
import { useKeepAwake } from "@/shared/preferences/use-keep-awake";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import { LiveLines } from "./LiveLines";
import { useLivePreferences } from "./live-preferences";
import { useWatch } from "./use-watch";

import "./live.css";

/** The second screen: somebody else's captions, without an account. The code stands behind the # of the address. */
export function WatchScreen({ url }: { url: string }) {
  const { t } = useTranslation();
  const [code, setCode] = useState(() => window.location.hash.slice(1));
  return code === "" ? (
    <AskForCode onCode={setCode} />
  ) : (
    <Watching url={url} code={code} onOther={() => setCode("")} title={t("live.watchTitle")} />
  );
}

interface WatchingProps {
  url: string;
  code: string;
  title: string;
  onOther: () => void;
}

function Watching({ url, code, title, onOther }: WatchingProps) {
  const { t } = useTranslation();
  const { calm } = useLivePreferences();
  const { lines, phase, error, speaking, lag_s, name } = useWatch(url, code);
  useKeepAwake(phase !== "ended");
  return (
    <main className="live-screen">
      <header className="live-head">
        <h1>{name || title}</h1>
        <div className="live-status">
          <p className="live-speaking" data-on={speaking} role="status">
            <span className="live-dot" aria-hidden="true" />
            {t(speaking ? "live.speaking" : `live.watchPhase.${phase}`)}
          </p>
          <p className="live-lag numbers">{t("live.lag", { seconds: lag_s.toFixed(1) })}</p>
        </div>
      </header>
      <LiveLines lines={lines} calm={calm} showEmotion hint={t("live.watchHint")} />
      <div className="live-notices" role="alert">
        {error !== null && <Notice kind="info">{errorText(t, error)}</Notice>}
        {phase === "ended" && <Notice kind="info">{t("live.watchEnded")}</Notice>}
      </div>
      {(error !== null || phase === "ended") && (
        <div className="live-controls">
          <Button onClick={onOther}>{t("live.otherCode")}</Button>
        </div>
      )}
    </main>
  );
}

function AskForCode({ onCode }: { onCode: (code: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim() !== "") onCode(text.trim());
  };
  return (
    <main className="live-screen live-ask">
      <h1>{t("live.watchTitle")}</h1>
      <form onSubmit={submit}>
        <label className="field">
          <span>{t("live.code")}</span>
          <input
            value={text}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="abcd-efgh-jkmn-pqrs"
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <Button kind="primary" type="submit">
          {t("live.watchStart")}
        </Button>
      </form>
    </main>
  );
}
