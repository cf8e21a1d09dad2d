import { useEffect, useRef, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useSignIn } from "@/shared/api/account/sign-in";
import { ApiProblem } from "@/shared/api/problem";
import { EmotionTag } from "@/shared/emotion/EmotionTag";
import { errorText, thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { usePageTitle } from "@/shared/ui/use-page-title";

import { Field } from "./Field";
import { PasswordField } from "./PasswordField";

import "./account.css";

interface SignInPageProps {
  /** True when the session ended while this page was in use. */
  wasSignedOut: boolean;
}

export function SignInPage({ wasSignedOut }: SignInPageProps) {
  const { t } = useTranslation();
  const [signUp, setSignUp] = useState(false);
  const title = t(signUp ? "account.signUpTitle" : "account.signInTitle");
  usePageTitle(title);
  return (
    <div className="sign-in">
      <section className="sign-in-pitch">
        <p className="tagline">{t("account.tagline")}</p>
        <p className="sample-line">
          <EmotionTag emotion="angry" /> {t("account.example")}
        </p>
      </section>
      <section className="card sign-in-card">
        <h1>{title}</h1>
        {wasSignedOut && <Notice kind="info">{t("account.signedOutWhileBusy")}</Notice>}
        <SignInForm key={String(signUp)} signUp={signUp} />
        <p className="sign-in-switch">
          {t(signUp ? "account.haveAccount" : "account.noAccount")}{" "}
          <button type="button" className="link-button" onClick={() => setSignUp(!signUp)}>
            {t(signUp ? "account.signIn" : "account.signUp")}
          </button>
        </p>
      </section>
    </div>
  );
}

function SignInForm({ signUp }: { signUp: boolean }) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const form = useRef<HTMLFormElement>(null);
  const problemOf = (field: string): string | null => {
    if (!(signIn.error instanceof ApiProblem)) return null;
    const problem = signIn.error.fields.find((candidate) => candidate.field === field);
    return problem ? errorText(t, { ...problem, code: fieldCode(field, problem.code) }) : null;
  };
  const email = problemOf("email");
  const password = problemOf("password");
  const general =
    signIn.isError && email === null && password === null ? thrownText(t, signIn.error) : null;

  useEffect(() => {
    if (signIn.isError) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [signIn.isError]);

  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = values.get(name);
      return typeof value === "string" ? value : "";
    };
    signIn.mutate({ email: text("email").trim(), password: text("password"), signUp });
  };

  return (
    <form ref={form} onSubmit={submit}>
      <div role="alert">
        {general !== null && <Notice kind="problem">{general}</Notice>}
        {general === null && signIn.isError && (
          <p className="visually-hidden">{t("account.fieldErrors")}</p>
        )}
      </div>
      <Field
        label={t("account.email")}
        problem={email}
        input={{
          name: "email",
          type: "email",
          autoComplete: "username",
          autoCapitalize: "off",
          spellCheck: false,
          required: true,
        }}
      />
      <PasswordField isNew={signUp} problem={password} />
      <Button kind="primary" type="submit" className="wide" disabled={signIn.isPending}>
        {signIn.isPending
          ? t("account.signingIn")
          : t(signUp ? "account.signUp" : "account.signIn")}
      </Button>
    </form>
  );
}

/** "invalid" says little; for an e-mail address we know what is wrong. */
function fieldCode(field: string, code: string): string {
  return field === "email" && code === "invalid" ? "invalid_email" : code;
}
