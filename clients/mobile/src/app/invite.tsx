import { Stack } from "expo-router";
import { useTranslation } from "react-i18next";

import { InviteScreen } from "@/features/care/InviteScreen";

export default function InviteRoute() {
  const { t } = useTranslation();
  return (
    <>
      <Stack.Screen options={{ headerShown: true, title: t("care.title") }} />
      <InviteScreen />
    </>
  );
}
