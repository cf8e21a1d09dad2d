import { useState } from "react";
import { useTranslation } from "react-i18next";

import { deviceLanguage } from "@/shared/i18n/setup";
import type { NoticeProblem } from "@/shared/notices/notices";
import { usePreferences } from "@/shared/preferences/context";
import { useServices } from "@/shared/services/context";
import { AppText } from "@/shared/ui/AppText";
import { Card } from "@/shared/ui/Card";
import { Toggle } from "@/shared/ui/Choice";
import { Notice } from "@/shared/ui/Notice";

/** The permission is asked for when somebody wants notices, and not before. */
export function NoticeCard() {
  const { t } = useTranslation();
  const { notices } = useServices();
  const { noticeDevice, uiLanguage } = usePreferences();
  const [problem, setProblem] = useState<NoticeProblem | null>(null);
  if (!notices.isAvailable) return null;
  const change = async (isWanted: boolean): Promise<void> => {
    setProblem(null);
    if (isWanted) setProblem(await notices.switchOn(uiLanguage ?? deviceLanguage()));
    else await notices.switchOff();
  };
  return (
    <Card>
      <AppText kind="heading">{t("settings.notices")}</AppText>
      <Toggle
        label={t("settings.noticeCaptioned")}
        hint={t("settings.noticeHint")}
        value={noticeDevice !== null}
        onChange={(isWanted) => void change(isWanted)}
      />
      {problem !== null && <Notice kind="warning" text={t(`settings.noticeProblem.${problem}`)} />}
    </Card>
  );
}
