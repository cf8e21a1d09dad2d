import { Stack, useLocalSearchParams } from "expo-router";
import { useTranslation } from "react-i18next";

import { ShareScreen } from "@/features/sharing/ShareScreen";

export default function ShareRoute() {
  const { t } = useTranslation();
  const { conversation } = useLocalSearchParams<{ conversation: string }>();
  return (
    <>
      <Stack.Screen options={{ headerShown: true, title: t("sharing.title") }} />
      <ShareScreen conversationId={conversation} />
    </>
  );
}
