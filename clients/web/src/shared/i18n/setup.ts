import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import type { UiLanguage } from "@/shared/api/types";

import { en } from "./en";
import { ko } from "./ko";

const STORAGE_KEY = "ui-language";
export const UI_LANGUAGES = ["ko", "en"] as const satisfies readonly UiLanguage[];

/** The last choice on this device, else what the browser asks for. */
export function preferredLanguage(): UiLanguage {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === "ko" || stored === "en") return stored;
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith("ko")) ? "ko" : "en";
}

export function setUpI18n(language: UiLanguage): void {
  i18next.on("languageChanged", (tag) => {
    document.documentElement.lang = tag;
  });
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en }, ko: { translation: ko } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}

export function changeLanguage(language: UiLanguage): void {
  localStorage.setItem(STORAGE_KEY, language);
  void i18next.changeLanguage(language);
}
