import { useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/shared/ui/Button";

import { useLivePreferences } from "./live-preferences";

/** What I want to say: shown large to the person opposite, and spoken when I wish so. It leaves this device nowhere. */
export function ReplyPanel() {
  const { t, i18n } = useTranslation();
  const { speakReplies } = useLivePreferences();
  const [text, setText] = useState("");
  const [shown, setShown] = useState<string | null>(null);

  const show = (event: SyntheticEvent) => {
    event.preventDefault();
    const reply = text.trim();
    if (reply === "") return;
    setShown(reply);
    setText("");
    if (speakReplies) speak(reply, i18n.language);
  };
  const close = () => {
    setShown(null);
    if ("speechSynthesis" in window) window.speechSynthesis.cancel();
  };
  return (
    <>
      <form className="live-reply" onSubmit={show}>
        <input
          value={text}
          maxLength={300}
          autoComplete="off"
          aria-label={t("live.reply")}
          placeholder={t("live.reply")}
          onChange={({ target }) => setText(target.value)}
        />
        <Button type="submit" disabled={text.trim() === ""}>
          {t("live.replyShow")}
        </Button>
      </form>
      {shown !== null && (
        <div className="live-reply-shown" role="status">
          <p>{shown}</p>
          <div className="live-controls">
            {"speechSynthesis" in window && (
              <Button icon="play" onClick={() => speak(shown, i18n.language)}>
                {t("live.replySpeak")}
              </Button>
            )}
            <Button kind="primary" icon="close" autoFocus onClick={close}>
              {t("app.close")}
            </Button>
          </div>
        </div>
      )}
    </>
  );
}

function speak(text: string, language: string): void {
  if (!("speechSynthesis" in window)) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = /[가-힣]/.test(text) ? "ko-KR" : language;
  window.speechSynthesis.cancel();
  window.speechSynthesis.speak(utterance);
}
