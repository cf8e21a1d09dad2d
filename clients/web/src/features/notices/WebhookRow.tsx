import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useWebhookLog } from "@/shared/api/push";
import type { useWebhookActions, Webhook } from "@/shared/api/push";
import { formatMoment } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";

interface WebhookRowProps {
  webhook: Webhook;
  actions: ReturnType<typeof useWebhookActions>;
}

export function WebhookRow({ webhook, actions }: WebhookRowProps) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const log = useWebhookLog(webhook.id, open);
  const { id, url, is_enabled } = webhook;
  return (
    <li className="webhook">
      <label className="switch">
        <input
          type="checkbox"
          role="switch"
          checked={is_enabled}
          onChange={(event) => actions.change.mutate({ id, is_enabled: event.target.checked })}
        />
        <span className="webhook-url">{url}</span>
      </label>
      {webhook.disabled_because === "failing" && (
        <p className="status-error">{t("notices.gaveUp")}</p>
      )}
      <div className="card-actions">
        <Button
          aria-label={t("notices.testNamed", { url })}
          disabled={actions.test.isPending}
          onClick={() => actions.test.mutate(id, { onSuccess: () => setOpen(true) })}
        >
          {t("notices.test")}
        </Button>
        <Button
          aria-label={t("notices.logNamed", { url })}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t("notices.log")}
        </Button>
        <Button
          kind="danger"
          aria-label={t("notices.removeNamed", { url })}
          onClick={() => actions.remove.mutate(id)}
        >
          {t("notices.remove")}
        </Button>
      </div>
      {open && (
        <ul className="webhook-log">
          {(log.data ?? []).map((delivery) => (
            <li key={delivery.id}>
              {formatMoment(delivery.created_at, i18n.language)} · {delivery.notice} ·{" "}
              {t(`notices.state.${delivery.state}`)}
              {delivery.status !== null && ` · ${delivery.status}`}
              {delivery.problem !== "" && ` · ${delivery.problem}`}
            </li>
          ))}
          {log.data?.length === 0 && <li>{t("notices.empty")}</li>}
        </ul>
      )}
    </li>
  );
}
