import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Field } from "@/shared/ui/Field";

interface PasswordFieldProps {
  isNew: boolean;
  problem: string | null;
}

export function PasswordField({ isNew, problem }: PasswordFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={t(isNew ? "account.newPassword" : "account.password")}
      hint={isNew ? t("account.passwordHint") : null}
      problem={problem}
      input={{
        name: "password",
        type: shown ? "text" : "password",
        autoComplete: isNew ? "new-password" : "current-password",
        autoCapitalize: "off",
        spellCheck: false,
        required: true,
      }}
    >
      <button
        type="button"
        className="password-toggle"
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      >
        {t(shown ? "account.hidePassword" : "account.showPassword")}
      </button>
    </Field>
  );
}
