import { Tabs } from "expo-router";
import { useTranslation } from "react-i18next";
import { useSafeAreaInsets } from "react-native-safe-area-context";

import { TabIcon } from "@/shared/ui/TabIcon";
import { usePalette } from "@/shared/ui/theme";

const TAB_BAR_HEIGHT = 68;

export default function TabsLayout() {
  const { t } = useTranslation();
  const palette = usePalette();
  const insets = useSafeAreaInsets();
  return (
    <Tabs
      screenOptions={{
        headerShown: false,
        sceneStyle: { backgroundColor: palette.page },
        tabBarActiveTintColor: palette.accent,
        tabBarInactiveTintColor: palette.textMuted,
        tabBarStyle: {
          backgroundColor: palette.surface,
          borderTopColor: palette.border,
          height: TAB_BAR_HEIGHT + insets.bottom,
        },
        tabBarLabelStyle: { fontSize: 13, fontWeight: "600" },
      }}
    >
      <Tabs.Screen
        name="index"
        options={{
          title: t("app.record"),
          tabBarIcon: ({ color }) => <TabIcon name="record" color={color} />,
        }}
      />
      <Tabs.Screen
        name="queue"
        options={{
          title: t("app.queue"),
          tabBarIcon: ({ color }) => <TabIcon name="queue" color={color} />,
        }}
      />
      <Tabs.Screen
        name="history"
        options={{
          title: t("app.history"),
          tabBarIcon: ({ color }) => <TabIcon name="history" color={color} />,
        }}
      />
      <Tabs.Screen
        name="settings"
        options={{
          title: t("app.settings"),
          tabBarIcon: ({ color }) => <TabIcon name="settings" color={color} />,
        }}
      />
    </Tabs>
  );
}
