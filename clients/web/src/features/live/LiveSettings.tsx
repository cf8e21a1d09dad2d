import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";

import { parseKeywords, setLivePreferences, useLivePreferences } from "./live-preferences";

export function LiveSettings({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { calm, pushToTalk, speakReplies, keywords } = useLivePreferences();
  const [text, setText] = useState(keywords.join(", "));
  return (
    <Dialog title={t("live.settings")} onClose={onClose}>
      <Choice
        label={t("live.calm")}
        hint={t("live.calmHint")}
        checked={calm}
        onChange={(checked) => setLivePreferences({ calm: checked })}
      />
      <Choice
        label={t("live.pushToTalk")}
        hint={t("live.pushToTalkHint")}
        checked={pushToTalk}
        onChange={(checked) => setLivePreferences({ pushToTalk: checked })}
      />
      <Choice
        label={t("live.speakReplies")}
        hint={t("live.speakRepliesHint")}
        checked={speakReplies}
        onChange={(checked) => setLivePreferences({ speakReplies: checked })}
      />
      <label className="field">
        <span>{t("live.keywords")}</span>
        <input
          value={text}
          autoComplete="off"
          onChange={({ target }) => {
            setText(target.value);
            setLivePreferences({ keywords: parseKeywords(target.value) });
          }}
        />
        <span className="field-hint">{t("live.keywordsHint")}</span>
      </label>
      <p className="field-hint">
        {t("live.displayHint")} <Link to="/settings">{t("app.openSettings")}</Link>
      </p>
      <div className="dialog-actions">
        <Button kind="primary" onClick={onClose}>
          {t("app.close")}
        </Button>
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  label: string;
  hint: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Choice({ label, hint, checked, onChange }: ChoiceProps) {
  return (
    <label className="live-choice">
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span>
        {label}
        <span className="field-hint">{hint}</span>
      </span>
    </label>
  );
}
