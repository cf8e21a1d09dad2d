import { useMutation } from "@tanstack/react-query";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import {
  confirmCode,
  confirmPasskey,
  hasPasskeys,
  useAuthenticators,
} from "@/shared/api/account/second-factor";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { Field } from "@/shared/ui/Field";

interface SecondFactorDialogProps {
  onConfirmed: () => void;
  onClose: () => void;
}

/** Asks for a code or a passkey before something that the password alone must not allow. */
export function SecondFactorDialog({ onConfirmed, onClose }: SecondFactorDialogProps) {
  const { t } = useTranslation();
  const byCode = useMutation({ mutationFn: confirmCode, onSuccess: onConfirmed });
  const byPasskey = useMutation({ mutationFn: confirmPasskey, onSuccess: onConfirmed });
  const own = useAuthenticators().data ?? [];
  const hasOne = hasPasskeys() && own.some(({ type }) => type === "webauthn");
  const busy = byCode.isPending || byPasskey.isPending;
  const error = byCode.error ?? byPasskey.error;
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = new FormData(event.currentTarget).get("code");
    byPasskey.reset();
    byCode.mutate(typeof code === "string" ? code.replaceAll(/\s/g, "") : "");
  };
  return (
    <Dialog title={t("account.codeTitle")} onClose={onClose}>
      <form onSubmit={submit}>
        <Field
          label={t("account.code")}
          hint={t("account.codeHint")}
          problem={error && thrownText(t, error)}
          input={{
            name: "code",
            autoComplete: "one-time-code",
            inputMode: "numeric",
            required: true,
            autoFocus: true,
          }}
        />
        <div className="dialog-actions">
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          {hasOne && (
            <Button
              disabled={busy}
              onClick={() => {
                byCode.reset();
                byPasskey.mutate();
              }}
            >
              {t("settings.confirmPasskey")}
            </Button>
          )}
          <Button kind="primary" type="submit" disabled={busy}>
            {t("account.codeSubmit")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
