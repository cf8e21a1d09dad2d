import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useDeleteAccount } from "@/shared/api/delete-account";
import { useMe } from "@/shared/api/get-me";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";

/** Taking everything out, and leaving. */
export function DataSettings() {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <section className="card settings-card" aria-labelledby="data-title">
      <h2 id="data-title">{t("settings.data")}</h2>
      <div className="switch-row">
        <a className="button" href="/api/v1/me/takeout" download="recognition-helpers.zip">
          {t("settings.takeout")}
        </a>
        <p className="takeout-hint field-hint">{t("settings.takeoutHint")}</p>
      </div>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t("settings.deleteAccount")}
      </Button>
      {asking && <DeleteDialog onClose={() => setAsking(false)} />}
    </section>
  );
}

function DeleteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { email } = useMe();
  const id = useId();
  const remove = useDeleteAccount();
  const [password, setPassword] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    remove.mutate(password);
  };
  return (
    <Dialog title={t("settings.deleteAccountTitle")} onClose={onClose}>
      <p>{t("settings.deleteAccountText")}</p>
      <form onSubmit={submit}>
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <div className="field">
          <label htmlFor={id}>{t("account.password")}</label>
          <input
            id={id}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            aria-invalid={remove.isError}
            aria-describedby={`${id}-problem`}
            onChange={(event) => setPassword(event.target.value)}
          />
          <p id={`${id}-problem`} className="field-problem" role="alert">
            {remove.error && thrownText(t, remove.error)}
          </p>
        </div>
        <div className="dialog-actions">
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button kind="danger" type="submit" disabled={remove.isPending}>
            {t("settings.deleteAccountConfirm")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
