import { useTranslation } from "react-i18next";

import { useAlertRules, useAlerts, useDeleteRule, useSeeAlert } from "@/shared/api/care/people";
import type { Alert } from "@/shared/api/types";
import { formatDay, formatMoment } from "@/shared/time/format";
import { Button, IconButton } from "@/shared/ui/Button";

import { NewRule } from "./NewRule";
import { ruleText } from "./rule-text";

/** Alerts that came, each with what it rests on, and the rules that raise them. */
export function Alerts({ linkId }: { linkId: string }) {
  const { t, i18n } = useTranslation();
  const alerts = useAlerts(linkId).data;
  const rules = useAlertRules(linkId).data;
  const see = useSeeAlert(linkId);
  const remove = useDeleteRule(linkId);
  return (
    <section className="care-section" aria-labelledby="care-alerts">
      <h2 id="care-alerts">{t("care.alerts")}</h2>
      {alerts?.length === 0 && <p className="muted">{t("care.noAlerts")}</p>}
      <ul className="card-list">
        {alerts?.map((alert) => (
          <li key={alert.id} className="card">
            <p>
              {alert.seen_at === null && <strong>{`${t("care.new")}: `}</strong>}
              {ruleText(t, alert.rule)}
            </p>
            <Basis alert={alert} />
            <p className="muted">{formatMoment(alert.created_at, i18n.language)}</p>
            {alert.seen_at === null && (
              <div className="card-actions">
                <Button icon="check" onClick={() => see.mutate(alert.id)}>
                  {t("care.seen")}
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      <h3>{t("care.rules")}</h3>
      {rules?.length === 0 && <p className="muted">{t("care.noRules")}</p>}
      <ul className="care-notes">
        {rules?.map((rule) => (
          <li key={rule.id}>
            <p>{ruleText(t, rule)}</p>
            <IconButton
              icon="trash"
              label={t("care.deleteRule", { rule: ruleText(t, rule) })}
              onClick={() => remove.mutate(rule.id)}
            />
          </li>
        ))}
      </ul>
      <NewRule linkId={linkId} />
    </section>
  );
}

function Basis({ alert: { basis } }: { alert: Alert }) {
  const { t, i18n } = useTranslation();
  const named = (day: string) => formatDay(day, i18n.language);
  if (basis.last_day) return <p>{t("care.basisQuiet", { day: named(basis.last_day) })}</p>;
  return (
    <div>
      <p>{t("care.restsOn")}</p>
      <ul className="care-basis">
        {basis.days.map((day) => (
          <li key={day.day}>
            {t("care.basisDay", {
              day: named(day.day),
              percent: day.percent,
              minutes: day.counted_min,
            })}
            {day.unsure_utterances > 0 &&
              ` (${t("care.basisUnsure", { count: day.unsure_utterances })})`}
          </li>
        ))}
      </ul>
    </div>
  );
}
