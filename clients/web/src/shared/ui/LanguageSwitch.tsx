import { useTranslation } from "react-i18next";

import type { UiLanguage } from "@/shared/api/types";
import { UI_LANGUAGES } from "@/shared/i18n/setup";

/** How each language names itself; its short form is the beginning of it, shown where there is little room. */
const OWN_NAMES: Record<UiLanguage, { short: string; rest: string }> = {
  ko: { short: "한", rest: "국어" },
  en: { short: "En", rest: "glish" },
};

interface LanguageSwitchProps {
  onChange: (language: UiLanguage) => void;
}

/** Each language is named in itself. */
export function LanguageSwitch({ onChange }: LanguageSwitchProps) {
  const { t, i18n } = useTranslation();
  return (
    <div className="language-switch" role="group" aria-label={t("app.language")}>
      {UI_LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-label={OWN_NAMES[language].short + OWN_NAMES[language].rest}
          aria-pressed={i18n.language === language}
          onClick={() => onChange(language)}
        >
          {OWN_NAMES[language].short}
          <span className="language-rest">{OWN_NAMES[language].rest}</span>
        </button>
      ))}
    </div>
  );
}
