import { useTranslation } from "react-i18next";

import { useMe } from "@/shared/api/get-me";
import { useUpdateDisplay } from "@/shared/api/update-me";
import { FONTS, LINE_SPACINGS, TEXT_SIZES, THEMES } from "@/shared/preferences/display";

import { ChoiceGroup } from "./ChoiceGroup";
import { SaveProblem } from "./SaveProblem";
import { Switch } from "./Switch";

import "./settings.css";

/** How all pages look. */
export function DisplaySettings() {
  const { t } = useTranslation();
  const { display } = useMe();
  const { choose, error } = useUpdateDisplay();
  return (
    <section className="card settings-card" aria-labelledby="display-title">
      <h2 id="display-title">{t("settings.display")}</h2>
      <SaveProblem error={error} />
      <ChoiceGroup
        legend={t("settings.theme")}
        options={THEMES.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
        chosen={display.theme}
        onChoose={(theme) => choose({ theme })}
      />
      <ChoiceGroup
        legend={t("settings.textSize")}
        options={TEXT_SIZES.map((value) => ({ value, label: t(`settings.textSizes.${value}`) }))}
        chosen={display.text_size}
        onChoose={(text_size) => choose({ text_size })}
      />
      <ChoiceGroup
        legend={t("settings.font")}
        hint={t("settings.fontHint")}
        options={FONTS.map((value) => ({
          value,
          label: t(`settings.fonts.${value}`),
          className: `font-${value}`,
        }))}
        chosen={display.font}
        onChoose={(font) => choose({ font })}
      />
      <ChoiceGroup
        legend={t("settings.lineSpacing")}
        options={LINE_SPACINGS.map((value) => ({
          value,
          label: t(`settings.lineSpacings.${value}`),
        }))}
        chosen={display.line_spacing}
        onChoose={(line_spacing) => choose({ line_spacing })}
      />
      <div className="switches">
        <Switch
          label={t("settings.reduceMotion")}
          hint={t("settings.reduceMotionHint")}
          checked={display.motion === "reduced"}
          onChange={(checked) => choose({ motion: checked ? "reduced" : "system" })}
        />
        <Switch
          label={t("settings.keepAwake")}
          hint={t("settings.keepAwakeHint")}
          checked={display.keep_awake}
          onChange={(keep_awake) => choose({ keep_awake })}
        />
      </div>
    </section>
  );
}
