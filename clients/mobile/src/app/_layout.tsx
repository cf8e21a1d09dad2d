import { router, Stack } from "expo-router";
import { StatusBar } from "expo-status-bar";

import { NoticeOpener } from "@/session/NoticeOpener";
import { SessionGate } from "@/session/SessionGate";
import { deviceLanguage, setUpI18n } from "@/shared/i18n/setup";
import { usePalette } from "@/shared/ui/theme";

export { BrokenScreen as ErrorBoundary } from "@/shared/ui/BrokenScreen";

setUpI18n(deviceLanguage());

function openConversation(id: string): void {
  router.push({ pathname: "/conversations/[id]", params: { id } });
}

export default function RootLayout() {
  const palette = usePalette();
  return (
    <>
      <StatusBar style="auto" />
      <SessionGate>
        <NoticeOpener onOpen={openConversation} />
        <Stack
          screenOptions={{
            headerShown: false,
            contentStyle: { backgroundColor: palette.page },
            headerStyle: { backgroundColor: palette.surface },
            headerTintColor: palette.text,
          }}
        />
      </SessionGate>
    </>
  );
}
