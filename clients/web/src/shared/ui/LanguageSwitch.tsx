import { useTranslation } from "react-i18next";

import type { UiLanguage } from "@/shared/api/types";
import { UI_LANGUAGES } from "@/shared/i18n/setup";

const OWN_NAMES: Record<UiLanguage, string> = { ko: "한국어", en: "English" };

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
          aria-pressed={i18n.language === language}
          onClick={() => onChange(language)}
        >
          {OWN_NAMES[language]}
        </button>
      ))}
    </div>
  );
}
