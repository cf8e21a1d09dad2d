import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "@/shared/ui/Icon";

const FORMS = ["txt", "srt", "vtt", "docx", "csv", "json"] as const;

interface ExportMenuProps {
  /** Without the form at its end. */
  path: string;
  title: string;
  /** More of the query, such as days. */
  query?: Record<string, string>;
  showEmotion: boolean;
}

/** Links to the same content in each form. */
export function ExportMenu({ path, title, query = {}, showEmotion }: ExportMenuProps) {
  const { t, i18n } = useTranslation();
  const [withEmotion, setWithEmotion] = useState(true);
  const emotion = showEmotion && withEmotion ? "true" : "false";
  const search = new URLSearchParams({ ...query, language: i18n.language, emotion }).toString();
  return (
    <details className="export-menu">
      <summary className="button">
        <Icon name="download" />
        {title}
      </summary>
      <div className="export-forms">
        {showEmotion && (
          <label className="check">
            <input
              type="checkbox"
              checked={withEmotion}
              onChange={(event) => setWithEmotion(event.target.checked)}
            />
            {t("history.withEmotion")}
          </label>
        )}
        <ul>
          {FORMS.map((form) => (
            <li key={form}>
              <a className="button button-quiet" href={`${path}/${form}?${search}`} download>
                {t(`history.form.${form}`)}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}
