import { router } from "expo-router";

import { SettingsScreen } from "@/features/settings/SettingsScreen";
import { useSignOut } from "@/session/account-context";

export default function SettingsRoute() {
  const signOut = useSignOut();
  return (
    <SettingsScreen onSignOut={() => void signOut()} onInvite={() => router.push("/invite")} />
  );
}
