import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useSignInCode } from "@/shared/api/account/sign-in";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";

import { Field } from "@/shared/ui/Field";

/** The second step of signing in. */
export function CodeForm() {
  const { t } = useTranslation();
  const signIn = useSignInCode();
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = new FormData(event.currentTarget).get("code");
    signIn.mutate(typeof code === "string" ? code.replaceAll(/\s/g, "") : "");
  };
  return (
    <form onSubmit={submit}>
      <Field
        label={t("account.code")}
        hint={t("account.codeHint")}
        problem={signIn.error ? thrownText(t, signIn.error) : null}
        input={{
          name: "code",
          autoComplete: "one-time-code",
          inputMode: "numeric",
          required: true,
          autoFocus: true,
        }}
      />
      <Button kind="primary" className="wide" type="submit" disabled={signIn.isPending}>
        {t("account.codeSubmit")}
      </Button>
    </form>
  );
}
