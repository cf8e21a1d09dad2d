import type { TFunction } from "i18next";

import type { AlertRule } from "@/shared/api/types";

/** The rule as a sentence: "speech sounds sad, angry over 40% on 3 of the last 7 days". */
export function ruleText(t: TFunction, rule: AlertRule): string {
  if (rule.kind === "quiet") return t("care.ruleQuiet", { count: rule.days_window });
  return t("care.ruleSounds", {
    emotions: rule.emotions.map((label) => t(`emotion.name.${label}`)).join(", "),
    percent: rule.percent,
    needed: rule.days_needed,
    window: rule.days_window,
  });
}
