import { useTranslation } from "react-i18next";

import type { Timeline } from "@/shared/api/types";

import { bucketName, minutes, percent } from "./days";
import { heardLabels, shareOf, standsOut, usualOf } from "./shares";

/** The chart for readers of tables. */
export function ShareTable({ timeline }: { timeline: Timeline }) {
  const { t, i18n } = useTranslation();
  const labels = heardLabels(timeline);
  const language = i18n.language;
  return (
    <details className="timeline-table">
      <summary>{t("timeline.table")}</summary>
      {/* Wide tables are scrolled, also by the keyboard. */}
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t("timeline.table")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("timeline.when")}</th>
              <th scope="col">{t("timeline.counted")}</th>
              {labels.map((label) => (
                <th key={label} scope="col">
                  {t(`emotion.name.${label}`)}
                </th>
              ))}
              <th scope="col">{t("timeline.uncertainty")}</th>
              <th scope="col">{t("timeline.unsureColumn")}</th>
            </tr>
          </thead>
          <tbody>
            {timeline.buckets.map((bucket) => (
              <tr key={bucket.start}>
                <th scope="row">{bucketName(bucket.start, bucket.end, timeline.step, language)}</th>
                <td>{minutes(bucket.counted_s, language)}</td>
                {labels.map((label) => {
                  const out = standsOut(bucket, label, usualOf(timeline, label));
                  return (
                    <td key={label}>
                      {percent(shareOf(bucket, label), language)}
                      {out && <span className="stands-out"> {t(`timeline.${out}`)}</span>}
                    </td>
                  );
                })}
                <td>{bucket.uncertainty === null ? "–" : percent(bucket.uncertainty, language)}</td>
                <td>{bucket.unsure.utterance_count}</td>
              </tr>
            ))}
          </tbody>
          {timeline.band && (
            <tfoot>
              <tr>
                <th scope="row">{t("timeline.bandName")}</th>
                <td />
                {labels.map((label) => {
                  const usual = usualOf(timeline, label);
                  return (
                    <td key={label}>
                      {usual && `${percent(usual.low, language)}–${percent(usual.high, language)}`}
                    </td>
                  );
                })}
                <td />
                <td />
              </tr>
            </tfoot>
          )}
        </table>
      </div>
    </details>
  );
}
