import { useState } from "react";
import { useTranslation } from "react-i18next";

import { recordingTitle } from "@/shared/analysis/recording-title";
import { useDeleteRecording } from "@/shared/api/delete-recording";
import type { Recording } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { IconButton } from "@/shared/ui/Button";
import { ConfirmDialog } from "@/shared/ui/Dialog";

export function DeleteButton({ recording }: { recording: Recording }) {
  const { t, i18n } = useTranslation();
  const [asking, setAsking] = useState(false);
  const remove = useDeleteRecording();
  const title = recordingTitle(t, i18n.language, recording);
  return (
    <>
      <IconButton
        icon="trash"
        label={t("recordings.deleteNamed", { title })}
        onClick={() => setAsking(true)}
      />
      {asking && (
        <ConfirmDialog
          title={t("recordings.deleteTitle")}
          text={t("recordings.deleteText", { title })}
          confirm={t("recordings.delete")}
          busy={remove.isPending}
          problem={remove.error ? thrownText(t, remove.error) : null}
          onConfirm={() => remove.mutate(recording.id)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
