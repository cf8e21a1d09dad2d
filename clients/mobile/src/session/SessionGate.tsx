import { useEffect, useState, useSyncExternalStore } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { AppState } from "react-native";

import { SignInScreen } from "@/features/account/SignInScreen";
import { RecorderContext } from "@/features/capture/context";
import { TalkContext } from "@/features/live/context";
import type { AccountState } from "@/shared/account/accounts";
import { PreferencesContext } from "@/shared/preferences/context";
import { ServicesContext } from "@/shared/services/context";
import { AppText } from "@/shared/ui/AppText";
import { Notice } from "@/shared/ui/Notice";
import { Screen } from "@/shared/ui/Screen";

import { AccountContext } from "./account-context";
import { registerBackgroundSending } from "./background";
import { boot } from "./boot";
import type { Booted } from "./boot";
import { backgroundIsQuiet, noteRunning } from "./send-in-background";
import { Session } from "./session";

/** Shows the app to whoever is signed in, and the way in to everybody else. */
export function SessionGate({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [booted, setBooted] = useState<Booted | null>(null);
  const [hasFailed, setHasFailed] = useState(false);
  useEffect(() => {
    boot().then(setBooted, () => setHasFailed(true));
  }, []);
  if (hasFailed) {
    return (
      <Screen>
        <Notice kind="danger" text={t("app.storageBroken")} />
      </Screen>
    );
  }
  if (booted === null) return <Waiting />;
  return (
    <PreferencesContext value={booted.preferences}>
      <AccountContext value={booted.accounts}>
        <AccountGate booted={booted}>{children}</AccountGate>
      </AccountContext>
    </PreferencesContext>
  );
}

function AccountGate({ booted, children }: { booted: Booted; children: ReactNode }) {
  const { accounts } = booted;
  const state = useSyncExternalStore(accounts.subscribe, accounts.snapshot);
  if (state.kind === "loading") return <Waiting />;
  if (state.kind === "signedOut") {
    return (
      <SignInScreen
        server={state.server}
        hasEnded={state.hasEnded}
        onSignedIn={(signedIn, token) => accounts.signIn(signedIn, token)}
      />
    );
  }
  return (
    <SignedIn key={state.token} booted={booted} state={state}>
      {children}
    </SignedIn>
  );
}

interface SignedInProps {
  booted: Booted;
  state: Extract<AccountState, { kind: "signedIn" }>;
  children: ReactNode;
}

function SignedIn({ booted, state, children }: SignedInProps) {
  const [session, setSession] = useState<Session | null>(null);
  const { database, preferences, accounts } = booted;
  const { signedIn, token } = state;
  useEffect(() => {
    const onSignedOut = (): void => void accounts.signOut({ hasEnded: true });
    const options = { signedIn, token, database, preferences, onSignedOut };
    const opening = backgroundIsQuiet().then(() => Session.open(options));
    let isWanted = true;
    void opening.then(async (opened) => {
      if (!isWanted) return;
      noteRunning(opened);
      await opened.start();
      setSession(opened);
      await registerBackgroundSending();
    });
    const subscription = AppState.addEventListener("change", (next) => {
      if (next === "active") void opening.then((opened) => opened.wake());
    });
    return () => {
      isWanted = false;
      noteRunning(null);
      subscription.remove();
      void opening.then((opened) => opened.stop());
    };
  }, [accounts, database, preferences, signedIn, token]);
  if (session === null) return <Waiting />;
  return (
    <ServicesContext value={session}>
      <RecorderContext value={session.recorder}>
        <TalkContext value={session.talk}>{children}</TalkContext>
      </RecorderContext>
    </ServicesContext>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <Screen>
      <AppText muted>{t("app.loading")}</AppText>
    </Screen>
  );
}
