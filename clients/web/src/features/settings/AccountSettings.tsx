import { useTranslation } from "react-i18next";

import { useSignOut } from "@/shared/api/account/sign-out";
import { useMe } from "@/shared/api/get-me";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";

import { EmailChange } from "./EmailChange";

export function AccountSettings() {
  const { t } = useTranslation();
  const me = useMe();
  const signOut = useSignOut();
  return (
    <section className="card settings-card" aria-labelledby="account-title">
      <h2 id="account-title">{t("settings.account")}</h2>
      <p>
        <span className="muted">{t("settings.signedInAs")} </span>
        <strong>{me.email}</strong>
      </p>
      <EmailChange />
      {signOut.error && (
        <p className="field-problem" role="alert">
          {thrownText(t, signOut.error)}
        </p>
      )}
      <Button disabled={signOut.isPending} onClick={() => signOut.mutate()}>
        {t("settings.signOut")}
      </Button>
    </section>
  );
}
