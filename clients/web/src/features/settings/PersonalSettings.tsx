import { useTranslation } from "react-i18next";

import { useMe } from "@/shared/api/get-me";
import { useUpdateMe } from "@/shared/api/update-me";
import { thrownText } from "@/shared/errors/error-text";
import { changeLanguage } from "@/shared/i18n/setup";
import { Notice } from "@/shared/ui/Notice";

import { ChoiceGroup } from "./ChoiceGroup";

/** Kept with the account: the same on every device. */
export function PersonalSettings() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  return (
    <section className="card settings-card">
      {update.error && (
        <Notice kind="problem" announce>
          {`${t("settings.saveFailed")} ${thrownText(t, update.error)}`}
        </Notice>
      )}
      <ChoiceGroup
        legend={t("settings.uiLanguage")}
        options={[
          { value: "ko", label: "한국어", lang: "ko" },
          { value: "en", label: "English", lang: "en" },
        ]}
        chosen={me.ui_language}
        onChoose={(ui_language) => {
          changeLanguage(ui_language);
          update.mutate({ ui_language });
        }}
      />
      <ChoiceGroup
        legend={t("settings.speechLanguage")}
        options={[
          { value: "auto", label: t("settings.speechAutomatic") },
          { value: "ko", label: t("settings.korean") },
          { value: "en", label: t("settings.english") },
        ]}
        chosen={me.speech_language || "auto"}
        onChoose={(value) => update.mutate({ speech_language: value === "auto" ? null : value })}
      />
      <fieldset className="choices">
        <legend>{t("settings.emotion")}</legend>
        <label className="switch">
          <input
            type="checkbox"
            role="switch"
            checked={me.emotion_enabled}
            onChange={(event) => update.mutate({ emotion_enabled: event.target.checked })}
          />
          <span>{t("settings.emotionSwitch")}</span>
        </label>
        <p className="field-hint">{t("settings.emotionHint")}</p>
        <p className="field-hint">{t("captions.notice")}</p>
      </fieldset>
    </section>
  );
}
