import { useEffect, useRef, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { hasPasskeys } from "@/shared/api/account/second-factor";
import type { FactorType } from "@/shared/api/account/second-factor";
import { typesNeeded, useSignIn, useSignInPasskey } from "@/shared/api/account/sign-in";
import { ApiProblem } from "@/shared/api/problem";
import { EmotionTag } from "@/shared/emotion/EmotionTag";
import { errorText, thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { usePageTitle } from "@/shared/ui/use-page-title";

import { CodeForm } from "./CodeForm";
import { Field } from "@/shared/ui/Field";
import { ForgottenForm } from "./ForgottenForm";
import { PasswordField } from "./PasswordField";

import "./account.css";

type Step = "signIn" | "signUp" | "code" | "forgotten";

const TITLES = {
  signIn: "account.signInTitle",
  signUp: "account.signUpTitle",
  code: "account.secondTitle",
  forgotten: "account.forgottenTitle",
} as const;

interface SignInPageProps {
  /** True when the session ended while this page was in use. */
  wasSignedOut: boolean;
}

export function SignInPage({ wasSignedOut }: SignInPageProps) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>("signIn");
  const [types, setTypes] = useState<FactorType[]>([]);
  const askSecond = (needed: FactorType[]) => {
    setTypes(needed);
    setStep("code");
  };
  const signUp = step === "signUp";
  const title = t(TITLES[step]);
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
        {step === "code" && <CodeForm types={types} />}
        {step === "forgotten" && <ForgottenForm />}
        {(step === "signIn" || signUp) && (
          <SignInForm key={step} signUp={signUp} onSecond={askSecond} />
        )}
        {step === "signIn" && (
          <>
            <PasskeyButton />
            <p className="sign-in-switch">
              <LinkButton onClick={() => setStep("forgotten")}>{t("account.forgotten")}</LinkButton>
            </p>
          </>
        )}
        <p className="sign-in-switch">
          {step === "code" || step === "forgotten" ? (
            <LinkButton onClick={() => setStep("signIn")}>{t("account.backToSignIn")}</LinkButton>
          ) : (
            <>
              {t(signUp ? "account.haveAccount" : "account.noAccount")}{" "}
              <LinkButton onClick={() => setStep(signUp ? "signIn" : "signUp")}>
                {t(signUp ? "account.signIn" : "account.signUp")}
              </LinkButton>
            </>
          )}
        </p>
      </section>
    </div>
  );
}

function LinkButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button type="button" className="link-button" onClick={onClick}>
      {children}
    </button>
  );
}

/** Where the browser has passkeys: no e-mail and no password is needed then. */
function PasskeyButton() {
  const { t } = useTranslation();
  const signIn = useSignInPasskey();
  if (!hasPasskeys()) return null;
  return (
    <>
      <Button className="wide" disabled={signIn.isPending} onClick={() => signIn.mutate()}>
        {t("account.passkeySignIn")}
      </Button>
      {signIn.error && (
        <p className="field-problem" role="alert">
          {t("errors.passkey_invalid")}
        </p>
      )}
    </>
  );
}

interface SignInFormProps {
  signUp: boolean;
  onSecond: (types: FactorType[]) => void;
}

function SignInForm({ signUp, onSecond }: SignInFormProps) {
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
    signIn.mutate(
      { email: text("email").trim(), password: text("password"), signUp },
      {
        onError: (error) => {
          const types = typesNeeded(error);
          if (types) onSecond(types);
        },
      },
    );
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
