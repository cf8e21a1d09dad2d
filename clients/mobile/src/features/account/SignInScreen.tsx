import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { SignedIn } from "@/shared/account/accounts";
import { sendCode, signIn } from "@/shared/api/allauth";
import { bodyOf, createApi } from "@/shared/api/client";
import { ApiProblem } from "@/shared/api/problem";
import { errorText } from "@/shared/errors/error-text";
import { serverAddress } from "@/shared/server/address";
import type { AddressProblem } from "@/shared/server/address";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { Screen } from "@/shared/ui/Screen";
import { TextField } from "@/shared/ui/TextField";

interface Props {
  /** The last one used, or the one that serves this page. */
  server: string;
  hasEnded: boolean;
  onSignedIn: (signedIn: SignedIn, token: string) => Promise<void>;
}

/** Signs in, or makes an account, on a server of the person's choice. */
export function SignInScreen({ server, hasEnded, onSignedIn }: Props) {
  const { t, i18n } = useTranslation();
  const [typed, setTyped] = useState(server);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [signUp, setSignUp] = useState(false);
  const [code, setCode] = useState("");
  /** Of the first step; null: the password is still asked for. */
  const [firstStep, setFirstStep] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [addressProblem, setAddressProblem] = useState<AddressProblem | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);

  const submit = async (): Promise<void> => {
    const address = serverAddress(typed);
    setAddressProblem("problem" in address ? address.problem : null);
    if ("problem" in address) return;
    setBusy(true);
    setProblem(null);
    try {
      const { token, needsCode } =
        firstStep === null
          ? await signIn(
              address.url,
              { email: email.trim(), password },
              { signUp, language: i18n.language },
            )
          : await sendCode(address.url, firstStep, code);
      if (needsCode) {
        setFirstStep(token);
        setBusy(false);
        return;
      }
      const api = createApi({ server: address.url, token }, () => undefined);
      const me = bodyOf(await api.GET("/api/v1/me"));
      await onSignedIn({ server: address.url, email: me.email, userId: me.id }, token);
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error : new ApiProblem(0, UNKNOWN));
      setBusy(false);
    }
  };

  const fieldText = (field: string): string | null => {
    const found = problem?.fields.find((candidate) => candidate.field === field);
    return found === undefined ? null : errorText(t, found);
  };
  const title = t(signUp ? "account.signUpTitle" : "account.signInTitle");
  return (
    <Screen>
      <AppText kind="title">{t("app.name")}</AppText>
      <AppText>{t("app.tagline")}</AppText>
      {hasEnded && <Notice kind="warning" text={t("account.hasEnded")} />}
      <AppText kind="heading">{title}</AppText>
      <TextField
        label={t("account.server")}
        hint={t("account.serverHint")}
        problem={addressProblem === null ? null : t(`account.address.${addressProblem}`)}
        value={typed}
        onChangeText={setTyped}
        autoCapitalize="none"
        autoCorrect={false}
        inputMode="url"
      />
      <TextField
        label={t("account.email")}
        problem={fieldText("email")}
        value={email}
        onChangeText={setEmail}
        autoCapitalize="none"
        autoComplete="email"
        inputMode="email"
      />
      <TextField
        label={t("account.password")}
        {...(signUp ? { hint: t("account.passwordHint") } : {})}
        problem={fieldText("password")}
        value={password}
        onChangeText={setPassword}
        autoCapitalize="none"
        autoComplete={signUp ? "new-password" : "current-password"}
        secureTextEntry
        onSubmitEditing={() => void submit()}
      />
      {firstStep !== null && (
        <TextField
          label={t("account.code")}
          hint={t("account.codeHint")}
          problem={fieldText("code")}
          value={code}
          onChangeText={setCode}
          autoCapitalize="none"
          autoComplete="one-time-code"
          autoFocus
          onSubmitEditing={() => void submit()}
        />
      )}
      {problem !== null && problem.fields.every(({ field }) => field === "") && (
        <Notice kind="danger" text={errorText(t, problem)} />
      )}
      <Button
        kind="primary"
        label={busy ? t("app.loading") : title}
        disabled={busy}
        onPress={() => void submit()}
      />
      <Button
        label={t(signUp ? "account.haveAccount" : "account.noAccount")}
        disabled={busy}
        onPress={() => setSignUp(!signUp)}
      />
    </Screen>
  );
}

const UNKNOWN = { code: "unknown", detail: "" };
