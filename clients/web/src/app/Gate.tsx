import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { SignInPage } from "@/features/account/SignInPage";
import { sessionQuery } from "@/shared/api/account/get-session";
import { meQuery } from "@/shared/api/get-me";
import { queryKeys } from "@/shared/api/query-keys";
import { onSignedOut } from "@/shared/api/signed-out";
import { changeLanguage } from "@/shared/i18n/setup";
import { LanguageSwitch } from "@/shared/ui/LanguageSwitch";

import { PageFrame } from "./PageFrame";
import { SignedIn } from "./SignedIn";
import { UnreachablePage } from "./pages/UnreachablePage";

const ASK_AGAIN_MS = 3_000;

/** Lets in who is signed in. The address stays, so that signing in leads to where one wanted to go. */
export function Gate() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [wasSignedOut, setWasSignedOut] = useState(false);
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
        setWasSignedOut(true);
        queries.setQueryData(queryKeys.session, { signedIn: false });
      }),
    [queries],
  );
  useEffect(() => {
    if (signedIn) return () => setWasSignedOut(false);
    // What belongs to one person must not be shown to the next.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    return undefined;
  }, [signedIn, queries]);

  if (signedIn && me.data) {
    return <SignedIn me={me.data} isNewAccount={session.data?.isNewAccount === true} />;
  }
  return (
    <PageFrame tools={<LanguageSwitch onChange={changeLanguage} />}>
      {session.isError || me.isError ? (
        <UnreachablePage />
      ) : session.data && !signedIn ? (
        <SignInPage wasSignedOut={wasSignedOut} />
      ) : (
        <p className="muted loading">{t("app.loading")}</p>
      )}
    </PageFrame>
  );
}
