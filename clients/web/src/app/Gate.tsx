import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMatch } from "react-router";

import { ConfirmEmailPage } from "@/features/account/ConfirmEmailPage";
import { ResetPasswordPage } from "@/features/account/ResetPasswordPage";
import { SignInPage } from "@/features/account/SignInPage";
import { sessionQuery } from "@/shared/api/account/get-session";
import type { Session } from "@/shared/api/account/get-session";
import { meQuery } from "@/shared/api/get-me";
import { queryKeys } from "@/shared/api/query-keys";
import { onSignedOut } from "@/shared/api/signed-out";
import { chooseLanguageEarly } from "@/shared/preferences/use-account-language";
import { LanguageSwitch } from "@/shared/ui/LanguageSwitch";

import { PageFrame } from "./PageFrame";
import { SignedIn } from "./SignedIn";
import { UnreachablePage } from "./pages/UnreachablePage";

const ASK_AGAIN_MS = 3_000;

/** Lets in who is signed in. The address stays, so that signing in leads to where one wanted to go. */
export function Gate() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const session = useQuery({
    ...sessionQuery,
    refetchInterval: ({ state }) => (state.status === "error" ? ASK_AGAIN_MS : false),
  });
  const signedIn = session.data?.signedIn === true;
  const me = useQuery({
    ...meQuery,
    enabled: signedIn,
    refetchInterval: ({ state }) => (state.status === "error" ? ASK_AGAIN_MS : false),
  });

  useEffect(
    () =>
      onSignedOut(() => {
        queries.setQueryData<Session>(queryKeys.session, { signedIn: false, hasEnded: true });
      }),
    [queries],
  );
  useEffect(() => {
    if (signedIn) return;
    // What belongs to one person must not be shown to the next.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
  }, [signedIn, queries]);

  const resetKey = useMatch("/password/reset/:key")?.params.key;
  const confirmKey = useMatch("/verify-email/:key")?.params.key;
  if (resetKey !== undefined || confirmKey !== undefined) {
    return (
      <PageFrame tools={<LanguageSwitch onChange={chooseLanguageEarly} />}>
        {resetKey !== undefined && <ResetPasswordPage resetKey={resetKey} />}
        {confirmKey !== undefined && <ConfirmEmailPage confirmKey={confirmKey} />}
      </PageFrame>
    );
  }
  if (signedIn && me.data) {
    return <SignedIn me={me.data} />;
  }
  return (
    <PageFrame tools={<LanguageSwitch onChange={chooseLanguageEarly} />}>
      {session.isError || me.isError ? (
        <UnreachablePage />
      ) : session.data && !signedIn ? (
        <SignInPage wasSignedOut={session.data.hasEnded === true} />
      ) : (
        <p className="muted loading">{t("app.loading")}</p>
      )}
    </PageFrame>
  );
}
