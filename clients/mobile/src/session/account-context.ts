import { createContext, use } from "react";

import type { AccountStore } from "@/shared/account/accounts";
import { signOut } from "@/shared/api/allauth";
import { useServices } from "@/shared/services/context";

export const AccountContext = createContext<AccountStore | null>(null);

/** Signs out on this phone, and on the server when it can be reached. */
export function useSignOut(): () => Promise<void> {
  const accounts = use(AccountContext);
  const { signedIn, notices } = useServices();
  if (accounts === null) throw new Error("AccountContext is missing above this component.");
  return async () => {
    const state = accounts.snapshot();
    if (state.kind !== "signedIn") return;
    // While the server still knows whose phone this is.
    await notices.switchOff().catch(() => undefined);
    await signOut(signedIn.server, state.token).catch(() => undefined);
    await accounts.signOut({ hasEnded: false });
  };
}
