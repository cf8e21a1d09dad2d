import { useTranslation } from "react-i18next";

import type { Invitation } from "@/shared/api/types";
import { Button } from "@/shared/ui/Button";
import { QrCode } from "@/shared/ui/QrCode";

import { spelled } from "./terms";

const MINUTES = 15;

interface InvitationCodeProps {
  invitation: Invitation;
  onClose: () => void;
}

export function InvitationCode({ invitation, onClose }: InvitationCodeProps) {
  const { t } = useTranslation();
  const { code, url, link } = invitation;
  return (
    <div className="invitation" role="status">
      {code !== null && url !== null ? (
        <>
          <QrCode className="qr-code" text={url} label={t("care.qrLabel")} />
          <p className="invitation-code">{spelled(code)}</p>
          <p>{t("care.codeHint", { minutes: MINUTES })}</p>
        </>
      ) : (
        <p>{t("care.mailSent", { email: link.invited_email })}</p>
      )}
      <Button kind="primary" onClick={onClose}>
        {t("care.close")}
      </Button>
    </div>
  );
}
