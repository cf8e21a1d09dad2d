import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { ExportMenu } from "./ExportMenu";

/** All conversations of a range of days as one file, and corrected emotions as a training set. */
export function DaysExport({ showEmotion }: { showEmotion: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  const [days, setDays] = useState({ since: "", until: "" });
  const query = Object.fromEntries(Object.entries(days).filter(([, day]) => day !== ""));
  return (
    <details className="conversation-folds">
      <summary>{t("history.exportDays")}</summary>
      <div className="filters">
        {(["since", "until"] as const).map((name) => (
          <div className="field" key={name}>
            <label htmlFor={`${id}-${name}`}>{t(`history.${name}`)}</label>
            <input
              id={`${id}-${name}`}
              type="date"
              value={days[name]}
              onChange={(event) => setDays({ ...days, [name]: event.target.value })}
            />
          </div>
        ))}
      </div>
      <ExportMenu
        path="/api/v1/export"
        title={t("history.export")}
        query={query}
        showEmotion={showEmotion}
      />
      {showEmotion && (
        <a className="button button-quiet" href="/api/v1/corrections" download>
          {t("history.corrections")}
        </a>
      )}
    </details>
  );
}
