import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "@/shared/api/get-me";
import { useUpdateMe } from "@/shared/api/update-me";
import { ConfirmDialog } from "@/shared/ui/Dialog";
import { Notice } from "@/shared/ui/Notice";

import { SaveProblem } from "./SaveProblem";
import { Switch } from "./Switch";

/** Off for good, or off wherever one works or studies. One conversation is switched on its own page. */
export function EmotionSettings() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const [asking, setAsking] = useState(false);
  return (
    <section className="card settings-card" aria-labelledby="emotion-title">
      <h2 id="emotion-title">{t("settings.emotion")}</h2>
      <SaveProblem error={update.error} />
      <Switch
        label={t("settings.emotionSwitch")}
        hint={t("settings.emotionHint")}
        checked={me.emotion_enabled}
        onChange={(checked) => {
          if (checked) update.mutate({ emotion_enabled: true });
          else setAsking(true);
        }}
      />
      <Switch
        label={t("settings.atWorkOrStudy")}
        hint={t("settings.atWorkOrStudyHint")}
        checked={me.at_work_or_study}
        disabled={!me.emotion_enabled}
        onChange={(at_work_or_study) => update.mutate({ at_work_or_study })}
      />
      <Notice kind="info" title={t("settings.lawTitle")}>
        {t("settings.lawText")}
      </Notice>
      {asking && (
        <ConfirmDialog
          title={t("settings.emotionOffTitle")}
          text={t("settings.emotionOffText")}
          confirm={t("settings.emotionOffConfirm")}
          onConfirm={() => {
            setAsking(false);
            update.mutate({ emotion_enabled: false });
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
