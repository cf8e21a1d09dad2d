import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { useSetEmotionMode } from "@/shared/api/set-emotion-mode";
import type { EmotionMode, Recording } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { ConfirmDialog } from "@/shared/ui/Dialog";

const MODES = ["on", "off", "work_or_study"] as const satisfies readonly EmotionMode[];

/** Whether it is looked at how a conversation sounds. Switching it off removes what there is, and asks before. */
export function EmotionSwitch({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const id = useId();
  const set = useSetEmotionMode();
  const [wanted, setWanted] = useState<EmotionMode | null>(null);
  const { emotion_mode, conversation_id } = recording;
  const change = (mode: EmotionMode) => set.mutate({ conversationId: conversation_id, mode });
  const choose = (mode: EmotionMode) => {
    if (emotion_mode === "on") setWanted(mode);
    else change(mode);
  };
  return (
    <details className="emotion-switch">
      <summary>
        {t("recordings.emotionMode")}:{" "}
        <strong>{t(`recordings.emotionModes.${emotion_mode}`)}</strong>
      </summary>
      <fieldset className="emotion-modes" aria-describedby={`${id}-hint`}>
        <legend className="visually-hidden">{t("recordings.emotionMode")}</legend>
        {MODES.map((mode) => (
          <label key={mode}>
            <input
              type="radio"
              name={id}
              checked={mode === emotion_mode}
              onChange={() => choose(mode)}
            />
            {t(`recordings.emotionModes.${mode}`)}
          </label>
        ))}
        <p id={`${id}-hint`} className="field-hint">
          {t("recordings.emotionModeHint")}
        </p>
        <div role="status">
          {set.isSuccess && emotion_mode === "on" && <p>{t("recordings.emotionBack")}</p>}
        </div>
        {set.error && (
          <p className="field-problem" role="alert">
            {thrownText(t, set.error)}
          </p>
        )}
      </fieldset>
      {wanted !== null && (
        <ConfirmDialog
          title={t("recordings.emotionRemoveTitle")}
          text={t("recordings.emotionRemoveText")}
          confirm={t("recordings.emotionRemoveConfirm")}
          onConfirm={() => {
            change(wanted);
            setWanted(null);
          }}
          onClose={() => setWanted(null)}
        />
      )}
    </details>
  );
}
