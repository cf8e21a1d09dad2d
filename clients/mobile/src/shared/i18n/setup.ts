import { getLocales } from "expo-localization";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import type { UiLanguage } from "@/shared/api/types";

import { en } from "./en";
import { ko } from "./ko";

/** The first of the phone's languages that we speak, else English. */
export function deviceLanguage(): UiLanguage {
  const spoken = getLocales().map(({ languageCode }) => languageCode);
  return spoken.find((code) => code === "ko" || code === "en") ?? "en";
}

export function setUpI18n(language: UiLanguage): void {
  if (i18next.isInitialized) return;
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en }, ko: { translation: ko } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}

export function changeLanguage(language: UiLanguage): void {
  void i18next.changeLanguage(language);
}
