import { useTranslation } from "react-i18next";

import { useMe } from "@/shared/api/get-me";
import { useUpdateMe } from "@/shared/api/update-me";
import { changeLanguage } from "@/shared/i18n/setup";

import { ChoiceGroup } from "./ChoiceGroup";
import { SaveProblem } from "./SaveProblem";

/** Kept with the account: the same on every device. */
export function PersonalSettings() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  return (
    <section className="card settings-card" aria-labelledby="language-title">
      <h2 id="language-title">{t("settings.languages")}</h2>
      <SaveProblem error={update.error} />
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
    </section>
  );
}
