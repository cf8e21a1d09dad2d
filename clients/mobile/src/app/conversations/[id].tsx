import { Stack, useLocalSearchParams } from "expo-router";
import { useTranslation } from "react-i18next";

import { ConversationScreen } from "@/features/captions/ConversationScreen";

export default function ConversationRoute() {
  const { t } = useTranslation();
  const { id, title } = useLocalSearchParams<{ id: string; title?: string }>();
  const heading = title ?? t("captions.title");
  return (
    <>
      <Stack.Screen
        options={{ headerShown: true, title: heading, headerBackTitle: t("app.history") }}
      />
      <ConversationScreen conversationId={id} />
    </>
  );
}
