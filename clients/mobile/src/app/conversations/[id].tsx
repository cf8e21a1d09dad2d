import { router, Stack, useLocalSearchParams } from "expo-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConversationScreen } from "@/features/captions/ConversationScreen";

export default function ConversationRoute() {
  const { t } = useTranslation();
  const { id, title } = useLocalSearchParams<{ id: string; title?: string }>();
  const [newest, setNewest] = useState("");
  const heading = newest || title || t("captions.title");
  return (
    <>
      <Stack.Screen
        options={{ headerShown: true, title: heading, headerBackTitle: t("app.history") }}
      />
      <ConversationScreen
        conversationId={id}
        onTitle={setNewest}
        onShare={() => router.push({ pathname: "/share", params: { conversation: id } })}
      />
    </>
  );
}
