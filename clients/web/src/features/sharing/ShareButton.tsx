import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useCaptionLinks, useEndCaptionLink, useMakeCaptionLink } from "@/shared/api/caption-links";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { QrCode } from "@/shared/ui/QrCode";

import "./sharing.css";

const DAYS = [1, 7, 30] as const;

interface ShareProps {
  conversationId: string;
  /** It is looked at how this conversation sounds. */
  canShowEmotion: boolean;
}

/** Opens the links of a conversation: made, copied, scanned, listed and ended. */
export function ShareButton(props: ShareProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon="device" onClick={() => setOpen(true)}>
        {t("sharing.open")}
      </Button>
      {isOpen && <ShareDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function ShareDialog({
  conversationId,
  canShowEmotion,
  onClose,
}: ShareProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<number>(7);
  const [withEmotion, setWithEmotion] = useState(false);
  const make = useMakeCaptionLink(conversationId);
  return (
    <Dialog title={t("sharing.open")} onClose={onClose}>
      <p>{t("sharing.explain")}</p>
      <label className="field">
        <span>{t("sharing.days")}</span>
        <select value={days} onChange={({ target }) => setDays(Number(target.value))}>
          {DAYS.map((count) => (
            <option key={count} value={count}>
              {t("sharing.dayCount", { count })}
            </option>
          ))}
        </select>
      </label>
      {canShowEmotion && (
        <label className="live-choice">
          <input
            type="checkbox"
            role="switch"
            checked={withEmotion}
            onChange={({ target }) => setWithEmotion(target.checked)}
          />
          <span>{t("sharing.withEmotion")}</span>
        </label>
      )}
      {make.data !== undefined && <NewLink code={make.data.code} />}
      {make.error && (
        <p className="field-problem" role="alert">
          {thrownText(t, make.error)}
        </p>
      )}
      <OpenLinks conversationId={conversationId} />
      <div className="dialog-actions">
        <Button
          kind="primary"
          disabled={make.isPending}
          onClick={() => make.mutate({ days, with_emotion: withEmotion && canShowEmotion })}
        >
          {t("sharing.make")}
        </Button>
        <Button onClick={onClose}>{t("app.close")}</Button>
      </div>
    </Dialog>
  );
}

function NewLink({ code }: { code: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const address = `${window.location.origin}/shared#${code}`;
  const copy = async () => {
    await navigator.clipboard.writeText(address);
    setCopied(true);
  };
  return (
    <div className="shared-link">
      <QrCode className="shared-qr" text={address} label={t("sharing.qrLabel")} />
      <input readOnly value={address} aria-label={t("sharing.address")} />
      <Button onClick={() => void copy()}>{t(copied ? "sharing.copied" : "sharing.copy")}</Button>
      <p className="field-hint">{t("sharing.onlyNow")}</p>
    </div>
  );
}

function OpenLinks({ conversationId }: { conversationId: string }) {
  const { t, i18n } = useTranslation();
  const links = useCaptionLinks(conversationId);
  const end = useEndCaptionLink();
  const format = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  if (links.length === 0) return null;
  return (
    <section>
      <h3>{t("sharing.openLinks")}</h3>
      <ul className="shared-links">
        {links.map(({ id, expires_at, with_emotion }) => {
          const moment = format.format(new Date(expires_at));
          const link = t(with_emotion ? "sharing.linkWithEmotion" : "sharing.link", { moment });
          return (
            <li key={id}>
              <span>{link}</span>
              <Button
                kind="danger"
                aria-label={t("sharing.endNamed", { link })}
                disabled={end.isPending}
                onClick={() => end.mutate(id)}
              >
                {t("sharing.end")}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
