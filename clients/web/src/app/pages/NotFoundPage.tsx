import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { usePageTitle } from "@/shared/ui/use-page-title";

export function NotFoundPage() {
  const { t } = useTranslation();
  usePageTitle(t("app.notFoundTitle"));
  return (
    <div className="message-page">
      <h1>{t("app.notFoundTitle")}</h1>
      <p>{t("app.notFoundText")}</p>
      <Link to="/" className="button button-primary">
        {t("app.goHome")}
      </Link>
    </div>
  );
}
