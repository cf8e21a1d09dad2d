import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { usePutVocabulary, useVocabulary } from "@/shared/api/vocabulary";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import { SaveProblem } from "./SaveProblem";
import { termsOf, termsProblem } from "./terms";

/** Names and terms that captions should know; what is typed stays until it is saved. */
export function VocabularySettings() {
  const { t } = useTranslation();
  const kept = useVocabulary();
  const save = usePutVocabulary();
  const [draft, setDraft] = useState<string | null>(null);
  const [label, hint] = [useId(), useId()];
  const text = draft ?? (kept.data ?? []).join("\n");
  const terms = termsOf(text);
  const problem = termsProblem(terms);
  return (
    <section className="card settings-card" aria-labelledby="vocabulary-title">
      <h2 id="vocabulary-title">{t("vocabulary.title")}</h2>
      <SaveProblem error={save.error ?? kept.error} />
      <form
        className="vocabulary"
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === null) save.mutate(terms, { onSuccess: () => setDraft(null) });
        }}
      >
        <label htmlFor={label}>{t("vocabulary.label")}</label>
        <textarea
          id={label}
          aria-describedby={hint}
          aria-invalid={problem !== null}
          rows={5}
          dir="auto"
          spellCheck={false}
          disabled={kept.data === undefined}
          value={text}
          onChange={(event) => {
            save.reset();
            setDraft(event.target.value);
          }}
        />
        <p id={hint} className="field-hint">
          {t("vocabulary.hint")}
        </p>
        {problem && (
          <Notice kind="problem" announce>
            {t(`vocabulary.${problem.key}`, problem.values)}
          </Notice>
        )}
        <div className="vocabulary-end">
          <Button
            kind="primary"
            type="submit"
            disabled={draft === null || problem !== null || save.isPending}
          >
            {t("vocabulary.save")}
          </Button>
          <span className="muted" role="status">
            {save.isSuccess && draft === null
              ? t("vocabulary.saved")
              : t("vocabulary.count", { count: terms.length })}
          </span>
        </div>
      </form>
    </section>
  );
}
