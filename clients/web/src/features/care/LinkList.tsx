import { useTranslation } from "react-i18next";

import { useCareLinks } from "@/shared/api/care/links";
import { thrownText } from "@/shared/errors/error-text";
import { Notice } from "@/shared/ui/Notice";

import { InviteButton } from "./InviteButton";
import { LinkCard } from "./LinkCard";

import "./care.css";

/** Whom the owner shares with. */
export function LinkList() {
  const { t } = useTranslation();
  const { data, error } = useCareLinks();
  const open = data?.filter((link) => link.state !== "ended") ?? [];
  const ended = data?.filter((link) => link.state === "ended") ?? [];
  return (
    <section className="care-section" aria-labelledby="care-mine">
      <h2 id="care-mine">{t("care.mine")}</h2>
      {error && (
        <Notice kind="problem" announce>
          {thrownText(t, error)}
        </Notice>
      )}
      {data && open.length === 0 && <p className="empty">{t("care.nobody")}</p>}
      <ul className="card-list">
        {open.map((link) => (
          <LinkCard key={link.id} link={link} />
        ))}
      </ul>
      <InviteButton />
      {ended.length > 0 && (
        <details>
          <summary>{t("care.ended")}</summary>
          <ul className="card-list">
            {ended.map((link) => (
              <LinkCard key={link.id} link={link} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
