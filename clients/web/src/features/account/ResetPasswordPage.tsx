import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useResetPassword } from "@/shared/api/account/reset-password";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { usePageTitle } from "@/shared/ui/use-page-title";

import { PasswordField } from "./PasswordField";

import "./account.css";

/** Where the link in the mail leads. */
export function ResetPasswordPage({ resetKey }: { resetKey: string }) {
  const { t } = useTranslation();
  const reset = useResetPassword();
  usePageTitle(t("account.resetTitle"));
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = new FormData(event.currentTarget).get("password");
    reset.mutate({ key: resetKey, password: typeof password === "string" ? password : "" });
  };
  return (
    <div className="sign-in">
      <section className="card sign-in-card">
        <h1>{t("account.resetTitle")}</h1>
        {reset.isSuccess ? (
          <>
            <Notice kind="info" announce>
              {t("account.resetDone")}
            </Notice>
            {/* Loaded anew: whether this has signed in is for the server to say. */}
            <a className="button button-primary" href="/">
              {t("account.goSignIn")}
            </a>
          </>
        ) : (
          <form onSubmit={submit}>
            <PasswordField isNew problem={reset.error ? thrownText(t, reset.error) : null} />
            <Button kind="primary" className="wide" type="submit" disabled={reset.isPending}>
              {t("account.resetSubmit")}
            </Button>
          </form>
        )}
      </section>
    </div>
  );
}
