import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "@/shared/api/get-me";
import { useUpdateDisplay } from "@/shared/api/update-me";
import { CAPTION_LINES, CAPTION_SIZES_PT, setDisplay } from "@/shared/preferences/display";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { SliderField } from "@/shared/ui/SliderField";

import { parseKeywords, setLivePreferences, useLivePreferences } from "./live-preferences";

interface LiveSettingsProps {
  /** A talk is on: the way to another page would end it. */
  isLive: boolean;
  onClose: () => void;
}

export function LiveSettings({ isLive, onClose }: LiveSettingsProps) {
  const { t } = useTranslation();
  const { calm, pushToTalk, speakReplies, improve, saveData, keywords } = useLivePreferences();
  const [text, setText] = useState(keywords.join(", "));
  return (
    <Dialog title={t("live.settings")} onClose={onClose}>
      <CaptionSize />
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
      <Choice
        label={t("live.improve")}
        hint={t("live.improveHint")}
        checked={improve}
        onChange={(checked) => setLivePreferences({ improve: checked })}
      />
      <Choice
        label={t("live.saveData")}
        hint={t("live.saveDataHint")}
        checked={saveData}
        onChange={(checked) => setLivePreferences({ saveData: checked })}
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
      {!isLive && (
        <p className="field-hint">
          {t("live.displayHint")} <Link to="/settings">{t("app.openSettings")}</Link>
        </p>
      )}
      <div className="dialog-actions">
        <Button kind="primary" onClick={onClose}>
          {t("app.close")}
        </Button>
      </div>
    </Dialog>
  );
}

/** Those of the account, here because a talk must not be left for them. */
function CaptionSize() {
  const { t } = useTranslation();
  const { display } = useMe();
  const { choose } = useUpdateDisplay();
  return (
    <>
      <SliderField
        label={t("settings.captionSize")}
        format={(pt) => t("settings.points", { pt })}
        value={display.caption_size_pt}
        {...CAPTION_SIZES_PT}
        onMove={(caption_size_pt) => setDisplay({ ...display, caption_size_pt })}
        onSettle={(caption_size_pt) => choose({ caption_size_pt })}
      />
      <SliderField
        label={t("settings.captionLines")}
        format={(count) => t("settings.lines", { count })}
        value={display.caption_lines}
        {...CAPTION_LINES}
        onMove={(caption_lines) => setDisplay({ ...display, caption_lines })}
        onSettle={(caption_lines) => choose({ caption_lines })}
      />
    </>
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
