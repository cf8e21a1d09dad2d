import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { useWebhookActions, useWebhooks } from "@/shared/api/push";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import { WebhookRow } from "./WebhookRow";

import "./notices.css";

/** For those who build on the service: addresses that are called when a recording is captioned. */
export function WebhookSettings() {
  const { t } = useTranslation();
  const webhooks = useWebhooks();
  const actions = useWebhookActions();
  const [url, setUrl] = useState("");
  const field = useId();
  const { create, change, remove, test } = actions;
  const error = webhooks.error ?? create.error ?? change.error ?? remove.error ?? test.error;
  return (
    <section className="card settings-card" aria-labelledby="webhooks-title">
      <h2 id="webhooks-title">{t("notices.webhooks")}</h2>
      <p className="field-hint">{t("notices.webhooksHint")}</p>
      {error && (
        <Notice kind="problem" announce>
          {thrownText(t, error)}
        </Notice>
      )}
      {create.data && (
        <Notice kind="info" announce>
          <p>{t("notices.secretOnce")}</p>
          <code className="webhook-secret">{create.data.secret}</code>
        </Notice>
      )}
      <ul className="webhooks">
        {(webhooks.data ?? []).map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} actions={actions} />
        ))}
      </ul>
      <form
        className="webhook-new"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(url.trim(), { onSuccess: () => setUrl("") });
        }}
      >
        <label htmlFor={field}>{t("notices.address")}</label>
        <input
          id={field}
          type="url"
          required
          placeholder="https://"
          maxLength={1000}
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <Button type="submit" disabled={create.isPending || url.trim() === ""}>
          {t("notices.add")}
        </Button>
      </form>
    </section>
  );
}
