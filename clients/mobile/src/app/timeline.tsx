import { Stack } from "expo-router";
import { useTranslation } from "react-i18next";

import { TimelineScreen } from "@/features/timeline/TimelineScreen";

export default function TimelineRoute() {
  const { t } = useTranslation();
  return (
    <>
      <Stack.Screen options={{ headerShown: true, title: t("timeline.title") }} />
      <TimelineScreen />
    </>
  );
}
