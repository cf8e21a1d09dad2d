import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useRequestReset } from "@/shared/api/account/reset-password";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import { Field } from "@/shared/ui/Field";

/** Asks for a mail with a link to a new password. */
export function ForgottenForm() {
  const { t } = useTranslation();
  const request = useRequestReset();
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = new FormData(event.currentTarget).get("email");
    request.mutate(typeof email === "string" ? email.trim() : "");
  };
  if (request.isSuccess) {
    return (
      <Notice kind="info" announce>
        {t("account.forgottenSent")}
      </Notice>
    );
  }
  return (
    <form onSubmit={submit}>
      <p>{t("account.forgottenText")}</p>
      <Field
        label={t("account.email")}
        problem={request.error ? thrownText(t, request.error) : null}
        input={{ name: "email", type: "email", autoComplete: "username", required: true }}
      />
      <Button kind="primary" className="wide" type="submit" disabled={request.isPending}>
        {t("account.forgottenSubmit")}
      </Button>
    </form>
  );
}
