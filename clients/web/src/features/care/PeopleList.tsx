import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { usePeople } from "@/shared/api/care/people";

import "./care.css";

/** The persons whom somebody cares for. */
export function PeopleList() {
  const { t } = useTranslation();
  const { data } = usePeople();
  return (
    <section className="care-section" aria-labelledby="care-people">
      <h2 id="care-people">{t("care.people")}</h2>
      {data?.length === 0 && <p className="empty">{t("care.noPeople")}</p>}
      <ul className="card-list">
        {data?.map((person) => (
          <li key={person.id} className="card">
            <h3>
              <Link to={`/care/people/${person.id}`}>{person.name}</Link>
            </h3>
            <p className="card-facts">
              {person.state === "paused"
                ? t("care.state.paused")
                : person.scopes.map((scope) => t(`care.scopes.${scope}`)).join(", ")}
            </p>
            {person.unseen_alert_count > 0 && person.state === "active" && (
              <p className="care-new">
                {t("care.newAlerts", { count: person.unseen_alert_count })}
              </p>
            )}
          </li>
        ))}
      </ul>
      <Link to="/care/accept" className="button care-enter">
        {t("care.enterCode")}
      </Link>
    </section>
  );
}
