import { useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import {
  useChangeLink,
  useEndLink,
  useLinkNotes,
  usePauseLink,
  useRenewCode,
} from "@/shared/api/care/links";
import type { CareLink, Invitation } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { formatMoment } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";
import { ConfirmDialog, Dialog } from "@/shared/ui/Dialog";
import { Icon } from "@/shared/ui/Icon";

import { InvitationCode } from "./InvitationCode";
import { endOf } from "./terms";
import { TermsFields } from "./TermsFields";

/** One link as its owner sees and changes it. */
export function LinkCard({ link }: { link: CareLink }) {
  const { t, i18n } = useTranslation();
  const pause = usePauseLink();
  const renew = useRenewCode();
  const [open, setOpen] = useState<"change" | "end" | null>(null);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const name =
    link.caregiver_name || link.caregiver_email || link.invited_email || t("care.somebody");
  const isPaused = link.state === "paused";
  const error = pause.error ?? renew.error;
  return (
    <li className="card care-link" data-state={link.state}>
      <h3>{name}</h3>
      <p className="card-facts">
        {[
          t(`care.state.${link.state}`),
          link.caregiver_email,
          link.ends_at && t("care.until", { moment: formatMoment(link.ends_at, i18n.language) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <ul className="care-scopes">
        {link.scopes.map((scope) => (
          <li key={scope}>
            <Icon name="check" /> {t(`care.scopes.${scope}`)}
          </li>
        ))}
        {link.conversation_ids !== null && (
          <li>{t("care.chosenCount", { count: link.conversation_ids.length })}</li>
        )}
      </ul>
      {error && <p role="alert">{thrownText(t, error)}</p>}
      {link.state !== "ended" && (
        <div className="card-actions">
          {link.state === "invited" ? (
            <Button
              disabled={renew.isPending}
              onClick={() => renew.mutate(link.id, { onSuccess: setInvitation })}
            >
              {t("care.newCode")}
            </Button>
          ) : (
            <Button
              icon={isPaused ? "play" : "pause"}
              aria-label={t(isPaused ? "care.resumeNamed" : "care.pauseNamed", { name })}
              disabled={pause.isPending}
              onClick={() => pause.mutate({ linkId: link.id, is_paused: !isPaused })}
            >
              {t(isPaused ? "care.resume" : "care.pause")}
            </Button>
          )}
          <Button
            icon="pencil"
            aria-label={t("care.changeNamed", { name })}
            onClick={() => setOpen("change")}
          >
            {t("care.change")}
          </Button>
          <Button
            kind="danger"
            aria-label={t("care.endNamed", { name })}
            onClick={() => setOpen("end")}
          >
            {t("care.end")}
          </Button>
        </div>
      )}
      {link.accepted_at && <Notes linkId={link.id} name={name} />}
      {open === "change" && <ChangeDialog link={link} name={name} onClose={() => setOpen(null)} />}
      {open === "end" && (
        <EndDialog
          linkId={link.id}
          text={t("care.endText", { name })}
          onClose={() => setOpen(null)}
        />
      )}
      {invitation && (
        <Dialog title={t("care.codeTitle")} onClose={() => setInvitation(null)}>
          <InvitationCode invitation={invitation} onClose={() => setInvitation(null)} />
        </Dialog>
      )}
    </li>
  );
}

interface ChangeDialogProps {
  link: CareLink;
  name: string;
  onClose: () => void;
}

function ChangeDialog({ link, name, onClose }: ChangeDialogProps) {
  const { t } = useTranslation();
  const change = useChangeLink();
  const [terms, setTerms] = useState({
    scopes: [...link.scopes],
    conversation_ids: link.conversation_ids && [...link.conversation_ids],
    endsOn: link.ends_at?.slice(0, 10) ?? "",
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const { endsOn, ...rest } = terms;
    const ends = endsOn === (link.ends_at?.slice(0, 10) ?? "") ? {} : { ends_at: endOf(endsOn) };
    change.mutate({ linkId: link.id, terms: { ...rest, ...ends } }, { onSuccess: onClose });
  };
  return (
    <Dialog title={t("care.changeNamed", { name })} onClose={onClose}>
      <form onSubmit={submit}>
        <TermsFields terms={terms} onChange={setTerms} />
        {change.error && (
          <p className="field-problem" role="alert">
            {thrownText(t, change.error)}
          </p>
        )}
        <div className="dialog-actions">
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={change.isPending || terms.scopes.length === 0}
          >
            {t("care.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface EndDialogProps {
  linkId: string;
  text: string;
  onEnded?: () => void;
  onClose: () => void;
}

export function EndDialog({ linkId, text, onEnded, onClose }: EndDialogProps) {
  const { t } = useTranslation();
  const end = useEndLink();
  return (
    <ConfirmDialog
      title={t("care.endTitle")}
      text={text}
      confirm={t("care.end")}
      busy={end.isPending}
      problem={end.error && thrownText(t, end.error)}
      onConfirm={() => end.mutate(linkId, { onSuccess: onEnded ?? onClose })}
      onClose={onClose}
    />
  );
}

function Notes({ linkId, name }: { linkId: string; name: string }) {
  const { t, i18n } = useTranslation();
  const { data } = useLinkNotes(linkId);
  if (!data || data.length === 0) return null;
  return (
    <details>
      <summary>{t("care.notesOf", { name })}</summary>
      <ul className="care-notes">
        {data.map((note) => (
          <li key={note.id}>
            <p>{note.text}</p>
            <p className="muted">{formatMoment(note.created_at, i18n.language)}</p>
          </li>
        ))}
      </ul>
    </details>
  );
}
