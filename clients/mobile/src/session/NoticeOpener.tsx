import { useEffect } from "react";

import { useServices } from "@/shared/services/context";

/** Shows nothing. A tapped notice opens its conversation. */
export function NoticeOpener({ onOpen }: { onOpen: (conversationId: string) => void }) {
  const { notices } = useServices();
  useEffect(() => notices.onOpened(onOpen), [notices, onOpen]);
  return null;
}
