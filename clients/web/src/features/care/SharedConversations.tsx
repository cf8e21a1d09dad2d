import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useSharedConversations } from "@/shared/api/care/people";
import { formatClock, formatMoment } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";

const A_PAGE = 20;

export function SharedConversations({ linkId }: { linkId: string }) {
  const { t, i18n } = useTranslation();
  const { data } = useSharedConversations(linkId);
  const [shown, setShown] = useState(A_PAGE);
  if (!data) return null;
  return (
    <section className="care-section" aria-labelledby="care-conversations">
      <h2 id="care-conversations">{t("care.conversations")}</h2>
      {data.length === 0 && <p className="muted">{t("care.noneShared")}</p>}
      <ul className="care-conversations">
        {data.slice(0, shown).map(({ id, title, started_at, duration_s }) => {
          const moment = formatMoment(started_at, i18n.language);
          return (
            <li key={id}>
              <Link to={`/care/people/${linkId}/conversations/${id}`}>
                {title || t("care.untitled", { moment })}
              </Link>
              <span className="muted numbers">
                {[title && moment, duration_s !== null && formatClock(duration_s)]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </li>
          );
        })}
      </ul>
      {data.length > shown && (
        <Button onClick={() => setShown(shown + A_PAGE)}>{t("care.showMore")}</Button>
      )}
    </section>
  );
}
