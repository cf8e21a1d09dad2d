import { router } from "expo-router";

import { HistoryScreen } from "@/features/history/HistoryScreen";

export default function HistoryRoute() {
  return (
    <HistoryScreen
      onTimeline={() => router.push("/timeline")}
      onOpen={({ id }, title) =>
        router.push({ pathname: "/conversations/[id]", params: { id, title } })
      }
    />
  );
}
