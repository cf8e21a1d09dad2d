import { useTranslation } from "react-i18next";

import { useAccessLog } from "@/shared/api/care/links";
import { en } from "@/shared/i18n/en";
import { formatMoment } from "@/shared/time/format";

type What = keyof typeof en.care.what;

function isWhat(what: string): what is What {
  return Object.hasOwn(en.care.what, what);
}

/** Who looked at what, and when. */
export function AccessLog() {
  const { t, i18n } = useTranslation();
  const { data } = useAccessLog();
  if (!data) return null;
  return (
    <section className="care-section" aria-labelledby="care-log">
      <h2 id="care-log">{t("care.log")}</h2>
      {data.length === 0 ? (
        <p className="muted">{t("care.logEmpty")}</p>
      ) : (
        <div className="care-scroll" tabIndex={0} role="group" aria-labelledby="care-log">
          <table>
            <thead>
              <tr>
                <th scope="col">{t("care.logWhen")}</th>
                <th scope="col">{t("care.logWho")}</th>
                <th scope="col">{t("care.logWhat")}</th>
              </tr>
            </thead>
            <tbody>
              {data.map((entry) => (
                <tr key={entry.id}>
                  <td>{formatMoment(entry.at, i18n.language)}</td>
                  <td>{entry.caregiver_email}</td>
                  <td>
                    {isWhat(entry.what) ? t(`care.what.${entry.what}`) : entry.what}
                    {` (${t(`care.scopes.${entry.scope}`)})`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
