import { router } from "expo-router";

import { LiveHome } from "@/session/LiveHome";

export default function LiveRoute() {
  return <LiveHome onBack={() => (router.canGoBack() ? router.back() : router.replace("/"))} />;
}
