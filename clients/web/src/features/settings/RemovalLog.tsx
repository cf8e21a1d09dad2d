import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useRemovals } from "@/shared/api/list-removals";
import { thrownText } from "@/shared/errors/error-text";
import { formatMoment } from "@/shared/time/format";

/** What was removed and when; tells of no content. */
export function RemovalLog() {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const removals = useRemovals(open);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="summary">{t("settings.removals")}</summary>
      {removals.error && <p className="field-problem">{thrownText(t, removals.error)}</p>}
      {removals.data?.length === 0 && <p className="muted">{t("settings.removalsNone")}</p>}
      <ul className="removals">
        {removals.data?.map((one) => (
          <li key={one.id}>
            <time dateTime={one.created_at}>{formatMoment(one.created_at, i18n.language)}</time>
            <span>
              {t(`settings.removalKinds.${one.kind}`, {
                moment: formatMoment(one.uploaded_at, i18n.language),
              })}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
