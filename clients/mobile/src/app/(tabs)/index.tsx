import { router } from "expo-router";

import { HomeScreen } from "@/session/HomeScreen";

export default function HomeRoute() {
  return <HomeScreen onLive={() => router.push("/live")} />;
}
