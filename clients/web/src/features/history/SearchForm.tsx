import { useId, useRef } from "react";
import { useTranslation } from "react-i18next";

import { NO_FILTER, isEmptyFilter } from "@/shared/api/search";
import type { SearchFilter } from "@/shared/api/search";
import { EMOTION_LABELS } from "@/shared/emotion/shown-emotion";
import { Button } from "@/shared/ui/Button";

interface SearchFormProps {
  filter: SearchFilter;
  showEmotion: boolean;
  onChange: (filter: SearchFilter) => void;
}

/** One field for words, and filters that open below it. */
export function SearchForm({ filter, showEmotion, onChange }: SearchFormProps) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const set = (change: Partial<SearchFilter>) => onChange({ ...filter, ...change });
  return (
    <search className="search-form">
      <div className="field">
        <label htmlFor={`${id}-q`}>{t("history.search")}</label>
        <input
          id={`${id}-q`}
          ref={field}
          type="search"
          value={filter.q}
          maxLength={200}
          aria-describedby={`${id}-hint`}
          onChange={(event) => set({ q: event.target.value })}
        />
        <p id={`${id}-hint`} className="field-hint">
          {t("history.searchHint")}
        </p>
      </div>
      <details>
        <summary>{t("history.filters")}</summary>
        <div className="filters">
          {showEmotion && (
            <div className="field">
              <label htmlFor={`${id}-emotion`}>{t("history.emotion")}</label>
              <select
                id={`${id}-emotion`}
                value={filter.emotion}
                onChange={(event) =>
                  set({ emotion: event.target.value as SearchFilter["emotion"] })
                }
              >
                <option value="">{t("history.anyEmotion")}</option>
                {[...EMOTION_LABELS, "unsure" as const].map((label) => (
                  <option key={label} value={label}>
                    {t(`emotion.sounds.${label}`)}
                  </option>
                ))}
              </select>
            </div>
          )}
          {(["speaker", "since", "until"] as const).map((name) => (
            <div className="field" key={name}>
              <label htmlFor={`${id}-${name}`}>{t(`history.${name}`)}</label>
              <input
                id={`${id}-${name}`}
                type={name === "speaker" ? "text" : "date"}
                value={filter[name]}
                onChange={(event) => set({ [name]: event.target.value })}
              />
            </div>
          ))}
        </div>
      </details>
      {!isEmptyFilter(filter) && (
        <Button
          icon="close"
          onClick={() => {
            onChange(NO_FILTER);
            field.current?.focus();
          }}
        >
          {t("history.clear")}
        </Button>
      )}
    </search>
  );
}
