import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useInvite } from "@/shared/api/care/links";
import type { Invitation } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";

import { InvitationCode } from "./InvitationCode";
import { endOf } from "./terms";
import type { Terms } from "./terms";
import { TermsFields } from "./TermsFields";

export function InviteButton() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="primary" icon="people" onClick={() => setOpen(true)}>
        {t("care.invite")}
      </Button>
      {isOpen && <InviteDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  return (
    <Dialog title={t(invitation?.code ? "care.codeTitle" : "care.inviteTitle")} onClose={onClose}>
      {invitation ? (
        <InvitationCode invitation={invitation} onClose={onClose} />
      ) : (
        <InviteForm onInvited={setInvitation} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface InviteFormProps {
  onInvited: (invitation: Invitation) => void;
  onClose: () => void;
}

function InviteForm({ onInvited, onClose }: InviteFormProps) {
  const { t } = useTranslation();
  const invite = useInvite();
  const [names, setNames] = useState({ caregiver_name: "", owner_name: "" });
  const [terms, setTerms] = useState<Terms>({
    scopes: ["timeline"],
    conversation_ids: null,
    endsOn: "",
  });
  const [email, setEmail] = useState<string | null>(null);
  const how = useId();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    invite.mutate(
      {
        ...names,
        scopes: terms.scopes,
        conversation_ids: terms.conversation_ids,
        ends_at: endOf(terms.endsOn),
        ...(email === null ? {} : { email }),
      },
      { onSuccess: onInvited },
    );
  };
  return (
    <form onSubmit={submit}>
      <Text
        name={t("care.caregiverName")}
        value={names.caregiver_name}
        onChange={(caregiver_name) => setNames({ ...names, caregiver_name })}
      />
      <Text
        name={t("care.ownerName")}
        value={names.owner_name}
        onChange={(owner_name) => setNames({ ...names, owner_name })}
      />
      <TermsFields terms={terms} onChange={setTerms} />
      <fieldset className="care-fieldset">
        <legend>{t("care.how")}</legend>
        <label className="care-check">
          <input type="radio" name={how} checked={email === null} onChange={() => setEmail(null)} />
          {t("care.byCode")}
        </label>
        <label className="care-check">
          <input type="radio" name={how} checked={email !== null} onChange={() => setEmail("")} />
          {t("care.byEmail")}
        </label>
        {email !== null && (
          <Text type="email" required name={t("care.email")} value={email} onChange={setEmail} />
        )}
      </fieldset>
      {invite.error && (
        <p className="field-problem" role="alert">
          {thrownText(t, invite.error)}
        </p>
      )}
      <div className="dialog-actions">
        <Button onClick={onClose}>{t("app.cancel")}</Button>
        <Button
          kind="primary"
          type="submit"
          disabled={invite.isPending || terms.scopes.length === 0}
        >
          {t("care.createInvitation")}
        </Button>
      </div>
    </form>
  );
}

interface TextProps {
  name: string;
  value: string;
  type?: "text" | "email";
  required?: boolean;
  onChange: (value: string) => void;
}

function Text({ name, value, type = "text", required = false, onChange }: TextProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{name}</label>
      <input
        id={id}
        type={type}
        value={value}
        required={required}
        maxLength={type === "email" ? 254 : 100}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
