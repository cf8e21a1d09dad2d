import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { useComparison } from "@/shared/api/care/compare-periods";
import type { Source } from "@/shared/api/care/source";
import type { ComparedPeriod, Comparison as Compared, EmotionLabel } from "@/shared/api/types";
import { EMOTION_LABELS } from "@/shared/emotion/shown-emotion";
import { EmotionIcon } from "@/shared/emotion/EmotionIcon";
import { thrownText } from "@/shared/errors/error-text";
import { Notice } from "@/shared/ui/Notice";

import { addDays, minutes, percent } from "./days";

interface ComparisonProps {
  source: Source;
  end: string;
  length: number;
}

/** Two periods beside each other, of the lengths that somebody chooses. */
export function Comparison({ source, end, length }: ComparisonProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<Partial<Record<Edge, string>>>({});
  const days: Record<Edge, string> = {
    first_start: addDays(end, 1 - 2 * length),
    first_end: addDays(end, -length),
    second_start: addDays(end, 1 - length),
    second_end: end,
    ...chosen,
  };
  const { data, error } = useComparison(source, days, isOpen);
  const set = (edge: Edge, day: string) => {
    if (day !== "") setChosen({ ...chosen, [edge]: day });
  };
  return (
    <details className="timeline-compare" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("timeline.compare")}</summary>
      <div className="compare-periods">
        {(["first", "second"] as const).map((name) => (
          <fieldset key={name}>
            <legend>{t(`timeline.${name}`)}</legend>
            <DayInput
              name={t("timeline.from")}
              day={days[`${name}_start`]}
              onChange={(day) => set(`${name}_start`, day)}
            />
            <DayInput
              name={t("timeline.to")}
              day={days[`${name}_end`]}
              onChange={(day) => set(`${name}_end`, day)}
            />
          </fieldset>
        ))}
      </div>
      {error && (
        <Notice kind="problem" announce>
          {thrownText(t, error)}
        </Notice>
      )}
      {data && <ComparisonTable compared={data} />}
    </details>
  );
}

type Edge = "first_start" | "first_end" | "second_start" | "second_end";

interface DayInputProps {
  name: string;
  day: string;
  onChange: (day: string) => void;
}

function DayInput({ name, day, onChange }: DayInputProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      <input id={id} type="date" value={day} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

function share(period: ComparedPeriod, label: EmotionLabel): number {
  return period.emotions.find((one) => one.label === label)?.share ?? 0;
}

function ComparisonTable({ compared: { first, second } }: { compared: Compared }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  const labels = EMOTION_LABELS.filter((label) => share(first, label) + share(second, label) > 0);
  const signed = new Intl.NumberFormat(language, {
    signDisplay: "exceptZero",
    maximumFractionDigits: 0,
  });
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={t("timeline.compare")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("timeline.emotion")}</th>
            <th scope="col">{t("timeline.first")}</th>
            <th scope="col">{t("timeline.second")}</th>
            <th scope="col">{t("timeline.difference")}</th>
          </tr>
        </thead>
        <tbody>
          {labels.map((label) => (
            <tr key={label} data-emotion={label}>
              <th scope="row">
                <EmotionIcon emotion={label} /> {t(`emotion.name.${label}`)}
              </th>
              <td>{percent(share(first, label), language)}</td>
              <td>{percent(share(second, label), language)}</td>
              <td>
                {t("timeline.points", {
                  points: signed.format(100 * (share(second, label) - share(first, label))),
                })}
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t("timeline.counted")}</th>
            <td>{minutes(first.counted_s, language)}</td>
            <td>{minutes(second.counted_s, language)}</td>
            <td />
          </tr>
          <tr>
            <th scope="row">{t("timeline.daysWithSpeech")}</th>
            <td>{first.day_count}</td>
            <td>{second.day_count}</td>
            <td />
          </tr>
          <tr>
            <th scope="row">{t("timeline.unsureColumn")}</th>
            <td>{first.unsure.utterance_count}</td>
            <td>{second.unsure.utterance_count}</td>
            <td />
          </tr>
        </tbody>
      </table>
    </div>
  );
}
