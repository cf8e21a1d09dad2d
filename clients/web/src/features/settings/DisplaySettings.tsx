import { useTranslation } from "react-i18next";

import {
  setDisplayPreferences,
  TEXT_SIZES,
  THEMES,
  useDisplayPreferences,
} from "@/shared/preferences/display";

import { ChoiceGroup } from "./ChoiceGroup";

import "./settings.css";

/** Kept on this device: a phone and a projector need different sizes. */
export function DisplaySettings() {
  const { t } = useTranslation();
  const { theme, textSize } = useDisplayPreferences();
  return (
    <section className="card settings-card">
      <ChoiceGroup
        legend={t("settings.textSize")}
        options={TEXT_SIZES.map((value) => ({ value, label: t(`settings.textSizes.${value}`) }))}
        chosen={textSize}
        onChoose={(value) => setDisplayPreferences({ textSize: value })}
      />
      <p className="sample-line">{t("settings.sample")}</p>
      <ChoiceGroup
        legend={t("settings.theme")}
        options={THEMES.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
        chosen={theme}
        onChoose={(value) => setDisplayPreferences({ theme: value })}
      />
    </section>
  );
}
