import { useId } from "react";
import { useTranslation } from "react-i18next";

import { useOwnConversations } from "@/shared/api/care/list-conversations";
import { formatMoment } from "@/shared/time/format";

import { SCOPES } from "./terms";
import type { Terms } from "./terms";

interface TermsFieldsProps {
  terms: Terms;
  onChange: (terms: Terms) => void;
}

/** What may be seen, of which conversations, and until when. */
export function TermsFields({ terms, onChange }: TermsFieldsProps) {
  const { t } = useTranslation();
  const endId = useId();
  const groupName = useId();
  const isAll = terms.conversation_ids === null;
  return (
    <>
      <fieldset className="care-fieldset">
        <legend>{t("care.scopesTitle")}</legend>
        {SCOPES.map((scope) => (
          <label key={scope} className="care-check">
            <input
              type="checkbox"
              checked={terms.scopes.includes(scope)}
              onChange={(event) =>
                onChange({
                  ...terms,
                  scopes: SCOPES.filter((one) =>
                    one === scope ? event.target.checked : terms.scopes.includes(one),
                  ),
                })
              }
            />
            <span>
              <strong>{t(`care.scopes.${scope}`)}</strong>
              <span className="field-hint">{t(`care.scopeHints.${scope}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset className="care-fieldset">
        <legend>{t("care.which")}</legend>
        <label className="care-check">
          <input
            type="radio"
            name={groupName}
            checked={isAll}
            onChange={() => onChange({ ...terms, conversation_ids: null })}
          />
          {t("care.all")}
        </label>
        <label className="care-check">
          <input
            type="radio"
            name={groupName}
            checked={!isAll}
            onChange={() => onChange({ ...terms, conversation_ids: [] })}
          />
          {t("care.chosen")}
        </label>
        {terms.conversation_ids !== null && (
          <Choose
            chosen={terms.conversation_ids}
            onChange={(conversation_ids) => onChange({ ...terms, conversation_ids })}
          />
        )}
      </fieldset>
      <div className="field">
        <label htmlFor={endId}>{t("care.endsOn")}</label>
        <input
          id={endId}
          type="date"
          value={terms.endsOn}
          onChange={(event) => onChange({ ...terms, endsOn: event.target.value })}
        />
      </div>
    </>
  );
}

interface ChooseProps {
  chosen: string[];
  onChange: (ids: string[]) => void;
}

function Choose({ chosen, onChange }: ChooseProps) {
  const { t, i18n } = useTranslation();
  const { data } = useOwnConversations(true);
  if (data?.length === 0) return <p className="muted">{t("care.noConversations")}</p>;
  return (
    <div className="care-choose">
      {data?.map(({ id, title, created_at }) => (
        <label key={id} className="care-check">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) =>
              onChange(
                event.target.checked ? [...chosen, id] : chosen.filter((other) => other !== id),
              )
            }
          />
          {title || t("care.untitled", { moment: formatMoment(created_at, i18n.language) })}
        </label>
      ))}
    </div>
  );
}
