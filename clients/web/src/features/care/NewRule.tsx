import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useAddRule } from "@/shared/api/care/people";
import type { EmotionLabel, NewAlertRule } from "@/shared/api/types";
import { EMOTION_LABELS } from "@/shared/emotion/shown-emotion";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";

const KINDS = ["sounds", "quiet"] as const;

export function NewRule({ linkId }: { linkId: string }) {
  const { t } = useTranslation();
  const add = useAddRule(linkId);
  const kindId = useId();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("sounds");
  const [emotions, setEmotions] = useState<EmotionLabel[]>(["sad", "angry"]);
  const [numbers, setNumbers] = useState({ percent: 40, days_needed: 3, days_window: 7, quiet: 2 });
  const [by_email, setByEmail] = useState(true);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const { quiet, ...sounds } = numbers;
    const rule: NewAlertRule =
      kind === "quiet"
        ? { kind, days_window: quiet, by_email }
        : { kind, emotions, ...sounds, by_email };
    add.mutate(rule);
  };
  const number = (name: keyof typeof numbers, label: string, max: number) => (
    <NumberField
      label={label}
      value={numbers[name]}
      max={max}
      onChange={(value) => setNumbers({ ...numbers, [name]: value })}
    />
  );
  return (
    <form className="care-rule" onSubmit={submit}>
      <div className="field">
        <label htmlFor={kindId}>{t("care.ruleKind")}</label>
        <select
          id={kindId}
          value={kind}
          onChange={(event) => setKind(event.target.value as typeof kind)}
        >
          {KINDS.map((name) => (
            <option key={name} value={name}>
              {t(`care.kinds.${name}`)}
            </option>
          ))}
        </select>
      </div>
      {kind === "quiet" ? (
        number("quiet", t("care.quietDays"), 31)
      ) : (
        <>
          <fieldset className="care-fieldset care-emotions">
            <legend>{t("care.emotions")}</legend>
            {EMOTION_LABELS.map((label) => (
              <label key={label} className="care-check">
                <input
                  type="checkbox"
                  checked={emotions.includes(label)}
                  onChange={(event) =>
                    setEmotions(
                      EMOTION_LABELS.filter((one) =>
                        one === label ? event.target.checked : emotions.includes(one),
                      ),
                    )
                  }
                />
                {t(`emotion.name.${label}`)}
              </label>
            ))}
          </fieldset>
          {number("percent", t("care.percent"), 99)}
          {number("days_needed", t("care.daysNeeded"), 31)}
          {number("days_window", t("care.daysWindow"), 31)}
        </>
      )}
      <label className="care-check">
        <input
          type="checkbox"
          checked={by_email}
          onChange={(event) => setByEmail(event.target.checked)}
        />
        {t("care.byMail")}
      </label>
      {add.error && (
        <p className="field-problem" role="alert">
          {thrownText(t, add.error)}
        </p>
      )}
      <Button
        type="submit"
        disabled={add.isPending || (kind === "sounds" && emotions.length === 0)}
      >
        {t("care.addRule")}
      </Button>
    </form>
  );
}

interface NumberFieldProps {
  label: string;
  value: number;
  max: number;
  onChange: (value: number) => void;
}

function NumberField({ label, value, max, onChange }: NumberFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        min={1}
        max={max}
        required
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </div>
  );
}
