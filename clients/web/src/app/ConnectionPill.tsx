import { useTranslation } from "react-i18next";

import { useIsOnline, useIsReconnecting } from "@/shared/sync/connection";

/** A calm word about the connection, over the page so that nothing moves. */
export function ConnectionPill() {
  const { t } = useTranslation();
  const isOnline = useIsOnline();
  const isReconnecting = useIsReconnecting();
  const text = !isOnline ? t("app.offline") : isReconnecting ? t("app.reconnecting") : null;
  return (
    <div className="connection" role="status">
      {text !== null && (
        <p className="connection-pill">
          <span className="pulse" aria-hidden="true" />
          {text}
        </p>
      )}
    </div>
  );
}
