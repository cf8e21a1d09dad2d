import { useMutation } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "@/shared/api/get-me";
import { removalsDue } from "@/shared/api/removals-due";
import type { KeepDays } from "@/shared/api/removals-due";
import { useUpdateMe } from "@/shared/api/update-me";
import { ConfirmDialog } from "@/shared/ui/Dialog";

import { RemovalLog } from "./RemovalLog";
import { SaveProblem } from "./SaveProblem";

import "./privacy.css";

const AUDIO_DAYS = [null, 365, 90, 30, 7, 1, 0] as const;
const TEXT_DAYS = [null, 730, 365, 90, 30, 7] as const;

/** How long audio and captions are kept. A choice that removes something at once asks before. */
export function RetentionSettings() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  const due = useMutation({
    mutationFn: removalsDue,
    onSuccess: ({ audio_recordings, text_recordings }, choice) => {
      if (audio_recordings + text_recordings === 0) update.mutate(choice);
    },
  });
  const choose = (change: Partial<KeepDays>) => {
    due.mutate({
      audio_keep_days: me.audio_keep_days,
      text_keep_days: me.text_keep_days,
      ...change,
    });
  };
  const removes = due.data && due.data.audio_recordings + due.data.text_recordings > 0;
  return (
    <section className="card settings-card" aria-labelledby="retention-title">
      <h2 id="retention-title">{t("settings.retention")}</h2>
      <SaveProblem error={update.error ?? due.error} />
      <KeepChoice
        label={t("settings.keepAudio")}
        days={AUDIO_DAYS}
        chosen={me.audio_keep_days ?? null}
        onChoose={(audio_keep_days) => choose({ audio_keep_days })}
      />
      <KeepChoice
        label={t("settings.keepText")}
        days={TEXT_DAYS}
        chosen={me.text_keep_days ?? null}
        onChoose={(text_keep_days) => choose({ text_keep_days })}
      />
      <p className="field-hint">{t("settings.retentionHint")}</p>
      <RemovalLog />
      {removes && (
        <ConfirmDialog
          title={t("settings.retentionTitle")}
          text={[
            t("settings.retentionAudioDue", { count: due.data.audio_recordings }),
            t("settings.retentionTextDue", { count: due.data.text_recordings }),
            t("settings.retentionFinal"),
          ].join(" ")}
          confirm={t("settings.retentionConfirm")}
          onConfirm={() => {
            update.mutate(due.variables);
            due.reset();
          }}
          onClose={() => due.reset()}
        />
      )}
    </section>
  );
}

interface KeepChoiceProps {
  label: string;
  days: readonly (number | null)[];
  chosen: number | null;
  onChoose: (days: number | null) => void;
}

function KeepChoice({ label, days, chosen, onChoose }: KeepChoiceProps) {
  const { t } = useTranslation();
  const id = useId();
  const text = (value: number | null) => {
    if (value === null) return t("settings.keepForever");
    if (value === 0) return t("settings.keepNotAfterAnalysis");
    return t("settings.keepDays", { count: value });
  };
  // Another client may have chosen a number that is not in our list.
  const all = days.includes(chosen) ? days : [...days, chosen];
  return (
    <div className="keep-choice">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={chosen ?? ""}
        onChange={({ target }) => onChoose(target.value === "" ? null : Number(target.value))}
      >
        {all.map((value) => (
          <option key={value ?? ""} value={value ?? ""}>
            {text(value)}
          </option>
        ))}
      </select>
    </div>
  );
}
