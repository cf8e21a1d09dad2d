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
  const { theme, textSize, showCues } = useDisplayPreferences();
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
      <fieldset className="choices">
        <legend>{t("settings.cues")}</legend>
        <label className="switch">
          <input
            type="checkbox"
            role="switch"
            checked={showCues}
            onChange={(event) => setDisplayPreferences({ showCues: event.target.checked })}
          />
          <span>{t("settings.cuesSwitch")}</span>
        </label>
        <p className="field-hint">{t("settings.cuesHint")}</p>
      </fieldset>
    </section>
  );
}
