import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { useEndSharingLive, useShareLive } from "@/shared/api/share-live";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { QrCode } from "@/shared/ui/QrCode";

interface ShareDialogProps {
  streamId: string;
  onClose: () => void;
}

/** A code for another device. Each opening makes a new one, and ends the one before. */
export function ShareDialog({ streamId, onClose }: ShareDialogProps) {
  const { t } = useTranslation();
  const { mutate: share, data, error } = useShareLive(streamId);
  const end = useEndSharingLive(streamId);
  useEffect(() => share(), [share]);
  const address = data === undefined ? null : `${window.location.origin}/watch#${data.code}`;
  return (
    <Dialog title={t("live.shareTitle")} onClose={onClose}>
      <p>{t("live.shareText")}</p>
      {address !== null && data !== undefined && (
        <>
          <QrCode className="live-qr" text={address} label={t("live.qrLabel")} />
          <p className="live-code">
            <strong>{data.code}</strong>
            <span className="field-hint">
              {t("live.shareAddress", { address: `${window.location.origin}/watch` })}
            </span>
          </p>
        </>
      )}
      {(error ?? end.error) && (
        <p className="field-problem" role="alert">
          {thrownText(t, error ?? end.error)}
        </p>
      )}
      <div className="dialog-actions">
        <Button
          kind="danger"
          disabled={end.isPending}
          onClick={() => end.mutate(undefined, { onSuccess: onClose })}
        >
          {t("live.shareEnd")}
        </Button>
        <Button kind="primary" autoFocus onClick={onClose}>
          {t("app.close")}
        </Button>
      </div>
    </Dialog>
  );
}
