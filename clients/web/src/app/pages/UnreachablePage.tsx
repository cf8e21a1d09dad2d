import { useTranslation } from "react-i18next";

import { Button } from "@/shared/ui/Button";

interface UnreachablePageProps {
  /** Without it the page tries by itself. */
  onRetry?: () => void;
}

export function UnreachablePage({ onRetry }: UnreachablePageProps) {
  const { t } = useTranslation();
  return (
    <div className="message-page" role="alert">
      <h1>{t("app.unreachableTitle")}</h1>
      <p>{t("app.unreachableText")}</p>
      {onRetry && (
        <Button kind="primary" icon="retry" onClick={onRetry}>
          {t("app.tryAgain")}
        </Button>
      )}
    </div>
  );
}
