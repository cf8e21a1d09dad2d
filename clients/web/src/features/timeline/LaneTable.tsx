import { useTranslation } from "react-i18next";

import { formatClock } from "@/shared/time/format";

import { percent } from "./days";
import { soundOf } from "./flat-lanes";
import type { Placed } from "./flat-lanes";

/** The lanes for readers of tables. */
export function LaneTable({ placed }: { placed: readonly Placed[] }) {
  const { t, i18n } = useTranslation();
  const hasText = placed.some(({ utterance }) => utterance.text !== null);
  return (
    <details className="timeline-table">
      <summary>{t("timeline.table")}</summary>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t("timeline.table")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("timeline.at")}</th>
              <th scope="col">{t("timeline.speaker")}</th>
              <th scope="col">{t("timeline.emotion")}</th>
              <th scope="col">{t("timeline.strength")}</th>
              {hasText && <th scope="col">{t("timeline.text")}</th>}
            </tr>
          </thead>
          <tbody>
            {placed.map(({ utterance, speaker }) => {
              const sounds = soundOf(utterance);
              return (
                <tr key={utterance.id}>
                  <th scope="row">{formatClock(utterance.at_s)}</th>
                  <td>{speaker || t("timeline.unknownSpeaker")}</td>
                  <td>{sounds === null ? "–" : t(`emotion.sounds.${sounds}`)}</td>
                  <td>
                    {utterance.emotion?.confident
                      ? percent(utterance.emotion.strength, i18n.language)
                      : "–"}
                  </td>
                  {hasText && <td className="lane-words">{utterance.text}</td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
