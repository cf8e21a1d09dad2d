import { useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { needsPassword } from "@/shared/api/account/allauth";
import { useChangeEmail, usePendingEmail } from "@/shared/api/account/email";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Field } from "@/shared/ui/Field";

import { ConfirmMyself } from "./ConfirmMyself";

/** Another address for signing in. It holds once it is known to be the person's. */
export function EmailChange() {
  const { t } = useTranslation();
  const pending = usePendingEmail().data ?? null;
  const change = useChangeEmail();
  const [isOpen, setOpen] = useState(false);
  const [asked, setAsked] = useState("");
  const ask = (email: string) => {
    setAsked(email);
    change.mutate(email, { onSuccess: () => setOpen(false) });
  };
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = new FormData(event.currentTarget).get("email");
    ask(typeof email === "string" ? email.trim() : "");
  };
  const isMine = needsPassword(change.error);
  return (
    <div className="email-change">
      <p role="status">{pending !== null && t("settings.emailPending", { email: pending })}</p>
      {isOpen ? (
        <form onSubmit={submit}>
          <Field
            label={t("settings.newEmail")}
            hint={t("settings.newEmailHint")}
            problem={change.error && !isMine ? thrownText(t, change.error) : null}
            input={{ name: "email", type: "email", autoComplete: "email", required: true }}
          />
          <div className="card-actions">
            <Button kind="primary" type="submit" disabled={change.isPending}>
              {t("settings.changeEmailSubmit")}
            </Button>
            <Button onClick={() => setOpen(false)}>{t("app.cancel")}</Button>
          </div>
        </form>
      ) : (
        <Button onClick={() => setOpen(true)}>{t("settings.changeEmail")}</Button>
      )}
      {isMine && <ConfirmMyself onConfirmed={() => ask(asked)} onClose={() => change.reset()} />}
    </div>
  );
}
