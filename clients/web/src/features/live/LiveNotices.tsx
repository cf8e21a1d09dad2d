import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { Icon } from "@/shared/ui/Icon";
import { Notice } from "@/shared/ui/Notice";

import type { LiveNotice } from "./use-notices";

interface LiveNoticesProps {
  /** The keyword that was just said. */
  alert: string | null;
  open: LiveNotice | undefined;
  onConfirm: (id: string) => void;
}

/** Below the captions: a keyword that was said, and at most one notice. */
export function LiveNotices({ alert, open, onConfirm }: LiveNoticesProps) {
  const { t } = useTranslation();
  return (
    <div className="live-notices" role="alert">
      {alert !== null && (
        <p className="live-alert">
          <Icon name="warning" />
          {t("live.keywordSaid", { word: alert })}
        </p>
      )}
      {open !== undefined && (
        <Notice key={open.id} kind={open.kind}>
          <p>{open.text}</p>
          <Button onClick={() => onConfirm(open.id)}>{open.confirm ?? t("live.noticeRead")}</Button>
        </Notice>
      )}
    </div>
  );
}

/** Where notices are that were read: one button, which shows them again. */
export function ReadNotices({ notices }: { notices: LiveNotice[] }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  if (notices.length === 0) return null;
  const label = t("live.notices", { count: notices.length });
  return (
    <>
      <Button
        kind="quiet"
        icon="info"
        className="live-read"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <span className="numbers">{notices.length}</span>
      </Button>
      {isOpen && (
        <Dialog title={t("live.noticesTitle")} onClose={() => setOpen(false)}>
          {notices.map(({ id, kind, text }) => (
            <Notice key={id} kind={kind}>
              <p>{text}</p>
            </Notice>
          ))}
          <div className="dialog-actions">
            <Button kind="primary" onClick={() => setOpen(false)}>
              {t("app.close")}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
