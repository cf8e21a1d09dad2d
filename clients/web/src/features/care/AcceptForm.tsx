import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useAcceptInvitation, useReadInvitation } from "@/shared/api/care/invitation";
import { thrownText } from "@/shared/errors/error-text";
import { formatMoment } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";

import "./care.css";

interface AcceptFormProps {
  /** From the address; empty: to be typed. */
  code: string;
  onAccepted: (linkId: string) => void;
}

/** First shows who invites, and to see what; only then it can be accepted. */
export function AcceptForm({ code: given, onAccepted }: AcceptFormProps) {
  const { t, i18n } = useTranslation();
  const [code, setCode] = useState(given);
  const read = useReadInvitation();
  const accept = useAcceptInvitation();
  const id = useId();
  const offer = read.data;
  const error = accept.error ?? read.error;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (offer) accept.mutate(code, { onSuccess: (person) => onAccepted(person.id) });
    else read.mutate(code);
  };
  return (
    <form className="card care-accept" onSubmit={submit}>
      {offer ? (
        <div role="status" className="care-section">
          <p>{t("care.offer", { name: offer.owner_name, email: offer.owner_email })}</p>
          <ul className="care-scopes">
            {offer.scopes.map((scope) => (
              <li key={scope}>
                <strong>{t(`care.scopes.${scope}`)}</strong> {t(`care.scopeHints.${scope}`)}
              </li>
            ))}
          </ul>
          <p>{t(offer.all_conversations ? "care.offerAll" : "care.offerChosen")}</p>
          {offer.ends_at && (
            <p>{t("care.until", { moment: formatMoment(offer.ends_at, i18n.language) })}</p>
          )}
          <p>{t("care.offerLogged", { name: offer.owner_name })}</p>
        </div>
      ) : (
        <div className="field">
          <label htmlFor={id}>{t("care.code")}</label>
          <input
            id={id}
            value={code}
            required
            maxLength={64}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            onChange={(event) => setCode(event.target.value)}
          />
        </div>
      )}
      {error && (
        <p className="field-problem" role="alert">
          {thrownText(t, error)}
        </p>
      )}
      <Button kind="primary" type="submit" disabled={read.isPending || accept.isPending}>
        {t(offer ? "care.accept" : "care.look")}
      </Button>
    </form>
  );
}
