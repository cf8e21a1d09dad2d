import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useRenameRecording } from "@/shared/api/rename-recording";
import type { Recording } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { Button, IconButton } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";

export function RenameButton({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton icon="pencil" label={t("recordings.rename")} onClick={() => setOpen(true)} />
      {open && <RenameDialog recording={recording} onClose={() => setOpen(false)} />}
    </>
  );
}

function RenameDialog({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const { t } = useTranslation();
  const rename = useRenameRecording();
  const [title, setTitle] = useState(recording.title);
  const id = useId();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    rename.mutate({ id: recording.id, title: title.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog title={t("recordings.rename")} onClose={onClose}>
      <form onSubmit={submit}>
        <div className="field">
          <label htmlFor={id}>{t("recordings.renameTitle")}</label>
          <input
            id={id}
            value={title}
            maxLength={200}
            autoFocus
            onChange={(event) => setTitle(event.target.value)}
          />
          {rename.error && (
            <p className="field-problem" role="alert">
              {thrownText(t, rename.error)}
            </p>
          )}
        </div>
        <div className="dialog-actions">
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={rename.isPending}>
            {t("recordings.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
