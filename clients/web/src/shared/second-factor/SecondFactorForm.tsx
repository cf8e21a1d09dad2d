import { useMutation } from "@tanstack/react-query";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { hasPasskeys } from "@/shared/api/account/second-factor";
import type { FactorType } from "@/shared/api/account/second-factor";
import { ApiProblem } from "@/shared/api/problem";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Field } from "@/shared/ui/Field";

interface SecondFactorFormProps {
  /** What the person has. */
  types: readonly FactorType[];
  sendCode: (code: string) => Promise<unknown>;
  askPasskey: () => Promise<unknown>;
  onDone: () => void;
  /** Without it there is nothing to cancel. */
  onCancel?: () => void;
}

/** Asks for what the person has, and for nothing else: a code of an app, a recovery code, a passkey. */
export function SecondFactorForm(props: SecondFactorFormProps) {
  const { types, onDone, onCancel } = props;
  const { t } = useTranslation();
  const byCode = useMutation({ mutationFn: props.sendCode, onSuccess: onDone });
  const byPasskey = useMutation({ mutationFn: props.askPasskey, onSuccess: onDone });
  const busy = byCode.isPending || byPasskey.isPending;
  const hasCode = types.includes("totp") || types.includes("recovery_codes");
  const hasPasskey = types.includes("webauthn");
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = new FormData(event.currentTarget).get("code");
    byPasskey.reset();
    byCode.mutate(typeof code === "string" ? code.replaceAll(/\s/g, "") : "");
  };
  return (
    <form className="second-factor" onSubmit={submit}>
      {hasPasskey && hasPasskeys() && (
        <Button
          kind={types.includes("totp") ? "plain" : "primary"}
          className="wide"
          disabled={busy}
          autoFocus={!types.includes("totp")}
          onClick={() => {
            byCode.reset();
            byPasskey.mutate();
          }}
        >
          {t("settings.confirmPasskey")}
        </Button>
      )}
      {hasPasskey && !hasPasskeys() && <p>{t("settings.passkeysMissing")}</p>}
      {byPasskey.error && (
        <p className="field-problem" role="alert">
          {byPasskey.error instanceof ApiProblem
            ? thrownText(t, byPasskey.error)
            : t("errors.passkey_invalid")}
        </p>
      )}
      {hasCode && <CodeField types={types} error={byCode.error} />}
      <div className="dialog-actions">
        {onCancel && <Button onClick={onCancel}>{t("app.cancel")}</Button>}
        {hasCode && (
          <Button
            kind={types.includes("totp") || !hasPasskey ? "primary" : "plain"}
            type="submit"
            disabled={busy}
          >
            {t("account.codeSubmit")}
          </Button>
        )}
      </div>
    </form>
  );
}

function CodeField({ types, error }: { types: readonly FactorType[]; error: Error | null }) {
  const { t } = useTranslation();
  const hasApp = types.includes("totp");
  const hasRecovery = types.includes("recovery_codes");
  return (
    <Field
      label={t(hasApp ? "account.code" : "account.recoveryCode")}
      hint={t(
        hasApp && hasRecovery
          ? "account.codeHint"
          : hasApp
            ? "account.codeHintApp"
            : "account.codeHintRecovery",
      )}
      problem={error && thrownText(t, error)}
      input={{
        name: "code",
        autoComplete: "one-time-code",
        inputMode: "numeric",
        required: true,
        // Whoever has a passkey uses that first.
        autoFocus: hasApp || !types.includes("webauthn"),
      }}
    />
  );
}
