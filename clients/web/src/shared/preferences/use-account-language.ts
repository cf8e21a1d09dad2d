import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { useTranslation } from "react-i18next";

import { queryKeys } from "@/shared/api/query-keys";
import type { Me, UiLanguage } from "@/shared/api/types";
import { useUpdateMe } from "@/shared/api/update-me";
import { changeLanguage } from "@/shared/i18n/setup";

let choice: UiLanguage | null = null;

/** A choice before the account is known: it is kept with the account as soon as that has loaded. */
export function chooseLanguageEarly(language: UiLanguage): void {
  choice = language;
  changeLanguage(language);
}

/** The page speaks the account's language, unless another one was chosen while the account was loading. */
export function useAccountLanguage(me: Me): (language: UiLanguage) => void {
  const { i18n } = useTranslation();
  const queries = useQueryClient();
  const { mutate } = useUpdateMe();
  const align = useEffectEvent(() => {
    const chosen = choice;
    choice = null;
    const { ui_language } = queries.getQueryData<Me>(queryKeys.me) ?? me;
    if (chosen !== null && chosen !== ui_language) mutate({ ui_language: chosen });
    else if (ui_language !== i18n.language) changeLanguage(ui_language);
  });
  useEffect(() => align(), []);
  return (ui_language) => {
    changeLanguage(ui_language);
    mutate({ ui_language });
  };
}
