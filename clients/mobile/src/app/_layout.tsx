import { Stack } from "expo-router";
import { StatusBar } from "expo-status-bar";

import { deviceLanguage, setUpI18n } from "@/shared/i18n/setup";

setUpI18n(deviceLanguage());

export default function RootLayout() {
  return (
    <>
      <StatusBar style="auto" />
      <Stack screenOptions={{ headerShown: false }} />
    </>
  );
}
