import { useTranslation } from "react-i18next";

import { WatchScreen } from "@/features/live/WatchScreen";
import { usePageTitle } from "@/shared/ui/use-page-title";

import { socketUrl } from "../socket-url";

/** For whoever has a code, signed in or not. */
export function WatchPage() {
  const { t } = useTranslation();
  usePageTitle(t("live.watchTitle"));
  return <WatchScreen url={socketUrl("/ws/captions")} />;
}
