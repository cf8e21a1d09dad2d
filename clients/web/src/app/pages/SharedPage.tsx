import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";

import { SharedScreen } from "@/features/sharing/SharedScreen";
import { changeLanguage } from "@/shared/i18n/setup";
import { LanguageSwitch } from "@/shared/ui/LanguageSwitch";
import { usePageTitle } from "@/shared/ui/use-page-title";

import { PageFrame } from "../PageFrame";

/** `/shared#CODE`, for whoever has a link: no server sees what is after the "#". */
export function SharedPage() {
  const { t } = useTranslation();
  const code = decodeURIComponent(useLocation().hash.slice(1));
  usePageTitle(t("sharing.readTitle"));
  return (
    <PageFrame tools={<LanguageSwitch onChange={changeLanguage} />}>
      <SharedScreen key={code} code={code} />
    </PageFrame>
  );
}
