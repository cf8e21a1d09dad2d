import { useTranslation } from "react-i18next";

import { useConfirmEmail } from "@/shared/api/account/email";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { usePageTitle } from "@/shared/ui/use-page-title";

import "./account.css";

/** Where the link to a new address leads. It takes a press: what only looks at links confirms nothing. */
export function ConfirmEmailPage({ confirmKey }: { confirmKey: string }) {
  const { t } = useTranslation();
  const confirm = useConfirmEmail();
  usePageTitle(t("account.confirmTitle"));
  return (
    <div className="sign-in">
      <section className="card sign-in-card">
        <h1>{t("account.confirmTitle")}</h1>
        {confirm.isSuccess ? (
          <>
            <Notice kind="info" announce>
              {t("account.confirmDone")}
            </Notice>
            {/* Loaded anew: the account has another address now. */}
            <a className="button button-primary" href="/">
              {t("account.confirmGo")}
            </a>
          </>
        ) : (
          <>
            <p>{t("account.confirmText")}</p>
            {confirm.error && (
              <p className="field-problem" role="alert">
                {thrownText(t, confirm.error)}
              </p>
            )}
            <Button
              kind="primary"
              className="wide"
              disabled={confirm.isPending}
              onClick={() => confirm.mutate(confirmKey)}
            >
              {t("account.confirmSubmit")}
            </Button>
          </>
        )}
      </section>
    </div>
  );
}
