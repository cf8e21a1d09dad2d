import { useTranslation } from "react-i18next";

import { LiveScreen } from "@/features/live/LiveScreen";
import { useMe } from "@/shared/api/get-me";
import { usePageTitle } from "@/shared/ui/use-page-title";

import { socketUrl } from "../socket-url";

export function LivePage() {
  const { t } = useTranslation();
  const { speech_language, emotion_enabled } = useMe();
  usePageTitle(t("live.title"));
  return (
    <LiveScreen
      url={socketUrl("/ws/live")}
      language={speech_language || null}
      showEmotion={emotion_enabled}
    />
  );
}
