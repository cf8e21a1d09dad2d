import { useTranslation } from "react-i18next";

import { Button } from "@/shared/ui/Button";

/** For our own mistakes: says that nothing is lost, and offers a new start. */
export function BrokenPage() {
  const { t } = useTranslation();
  return (
    <main className="message-page">
      <h1>{t("app.brokenTitle")}</h1>
      <p>{t("app.brokenText")}</p>
      <Button kind="primary" icon="retry" onClick={() => window.location.reload()}>
        {t("app.reload")}
      </Button>
    </main>
  );
}
