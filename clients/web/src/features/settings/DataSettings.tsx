import { useState } from "react";
import { useTranslation } from "react-i18next";

import { needsSecondFactor, useDeleteAccount } from "@/shared/api/delete-account";
import { Button } from "@/shared/ui/Button";

import { PasswordDialog } from "./PasswordDialog";
import { SecondFactorDialog } from "./SecondFactorDialog";

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
  const remove = useDeleteAccount();
  const password = remove.variables;
  if (password !== undefined && needsSecondFactor(remove.error))
    return <SecondFactorDialog onConfirmed={() => remove.mutate(password)} onClose={onClose} />;
  return (
    <PasswordDialog
      title={t("settings.deleteAccountTitle")}
      text={t("settings.deleteAccountText")}
      confirm={t("settings.deleteAccountConfirm")}
      kind="danger"
      request={remove}
      onClose={onClose}
    />
  );
}
