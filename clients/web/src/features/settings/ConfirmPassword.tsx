import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { confirmPassword } from "@/shared/api/account/second-factor";
import { useMe } from "@/shared/api/get-me";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";

interface ConfirmPasswordProps {
  onConfirmed: () => void;
  onClose: () => void;
}

/** Whoever changes how one signs in says again who they are. */
export function ConfirmPassword({ onConfirmed, onClose }: ConfirmPasswordProps) {
  const { t } = useTranslation();
  const { email } = useMe();
  const id = useId();
  const [password, setPassword] = useState("");
  const confirm = useMutation({ mutationFn: confirmPassword, onSuccess: onConfirmed });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    confirm.mutate(password);
  };
  return (
    <Dialog title={t("settings.confirmTitle")} onClose={onClose}>
      <p>{t("settings.confirmText")}</p>
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
            aria-invalid={confirm.isError}
            aria-describedby={`${id}-problem`}
            onChange={(event) => setPassword(event.target.value)}
          />
          <p id={`${id}-problem`} className="field-problem" role="alert">
            {confirm.error && thrownText(t, confirm.error)}
          </p>
        </div>
        <div className="dialog-actions">
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={confirm.isPending}>
            {t("settings.confirmGo")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
