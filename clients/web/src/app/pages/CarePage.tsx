import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { AccessLog } from "@/features/care/AccessLog";
import { LinkList } from "@/features/care/LinkList";
import { PeopleList } from "@/features/care/PeopleList";
import { Icon } from "@/shared/ui/Icon";
import { usePageTitle } from "@/shared/ui/use-page-title";

export function CarePage() {
  const { t } = useTranslation();
  usePageTitle(t("care.title"));
  return (
    <div className="settings-page">
      <Link to="/" className="back-link">
        <Icon name="back" />
        {t("app.back")}
      </Link>
      <h1>{t("care.title")}</h1>
      <p>{t("care.intro")}</p>
      <LinkList />
      <AccessLog />
      <PeopleList />
    </div>
  );
}
