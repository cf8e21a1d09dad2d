import { useState } from "react";
import { useTranslation } from "react-i18next";

import { errorText } from "@/shared/errors/error-text";
import { useIsOnline } from "@/shared/sync/connection";
import { formatBytes } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";
import { ConfirmDialog } from "@/shared/ui/Dialog";
import { Icon } from "@/shared/ui/Icon";
import { ProgressBar } from "@/shared/ui/ProgressBar";

import { useCapture, useUploads } from "./context";
import { saveToDisk } from "./save-to-disk";
import type { QueuedUpload } from "./upload-queue";

/** What is not on the server yet. Shows nothing when all has arrived. */
export function UploadList() {
  const { t } = useTranslation();
  const uploads = useUploads();
  if (uploads.length === 0) return null;
  return (
    <section aria-labelledby="uploads-title">
      <h2 id="uploads-title">{t("capture.outboxTitle")}</h2>
      <ul className="card-list">
        {uploads.map((upload) => (
          <li key={upload.id}>
            <UploadCard upload={upload} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function UploadCard({ upload }: { upload: QueuedUpload }) {
  const { t, i18n } = useTranslation();
  const { queue } = useCapture();
  const [discarding, setDiscarding] = useState(false);
  const isMicrophone = upload.source === "microphone";
  const name = isMicrophone ? t("capture.microphoneName") : upload.fileName;
  const isStuck = upload.state === "refused" || upload.failures > 0;
  return (
    <article className="card upload-card" data-state={upload.state}>
      <h3 className="card-title">
        <Icon name={isMicrophone ? "microphone" : "file"} />
        <span>{name}</span>
      </h3>
      <p className="card-facts">
        {formatBytes(upload.audio.size, i18n.language)}
        {upload.recovered && ` · ${t("capture.recovered")}`}
      </p>
      <UploadStatus upload={upload} />
      {isStuck && (
        <div className="card-actions">
          <Button icon="retry" onClick={() => queue.sendAgain(upload.id)}>
            {t("capture.sendAgain")}
          </Button>
          <Button icon="download" onClick={() => saveToDisk(upload.audio, upload.fileName)}>
            {t("capture.saveToDisk")}
          </Button>
          <Button kind="quiet" icon="trash" onClick={() => setDiscarding(true)}>
            {t("capture.discard")}
          </Button>
        </div>
      )}
      {discarding && (
        <ConfirmDialog
          title={t("capture.discardTitle")}
          text={t("capture.discardText")}
          confirm={t("capture.discard")}
          onConfirm={() => queue.discard(upload.id)}
          onClose={() => setDiscarding(false)}
        />
      )}
    </article>
  );
}

function UploadStatus({ upload }: { upload: QueuedUpload }) {
  const { t } = useTranslation();
  const isOnline = useIsOnline();
  if (upload.state === "refused") {
    return (
      <div className="status" data-state="failed" role="alert">
        <p className="status-line">
          <Icon name="warning" />
          <span>{t("capture.refused")}</span>
        </p>
        {upload.problem && <p className="status-error">{errorText(t, upload.problem)}</p>}
      </div>
    );
  }
  if (upload.state === "waiting") {
    const text = !isOnline
      ? t("capture.waitingOffline")
      : t(upload.failures > 0 ? "capture.retryIn" : "capture.waiting");
    return (
      <p className="status-line">
        <Icon name="clock" />
        <span>{text}</span>
      </p>
    );
  }
  const share = upload.audio.size === 0 ? 1 : upload.sent_bytes / upload.audio.size;
  const label = t(share >= 1 ? "capture.sent" : "capture.sending");
  const percent = t("recordings.percent", { percent: Math.floor(share * 100) });
  return (
    <div className="status" data-state="running">
      <p className="status-line">
        <span className="pulse" aria-hidden="true" />
        <span>{label}</span>
        <span className="status-detail numbers">{percent}</span>
      </p>
      <ProgressBar label={t("capture.sending")} value={share} text={percent} />
    </div>
  );
}
