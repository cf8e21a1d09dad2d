import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useRetryRecording } from "@/shared/api/retry-recording";
import type { Recording } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";

/** Goes over a finished recording once more. What the person corrected stays, unless they wish otherwise. */
export function AnalyseAgain({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (recording.analysis.state !== "done" || recording.audio_url === null) return null;
  return (
    <>
      <Button icon="retry" onClick={() => setOpen(true)}>
        {t("recordings.again")}
      </Button>
      {open && <AgainDialog recording={recording} onClose={() => setOpen(false)} />}
    </>
  );
}

function AgainDialog({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const { t } = useTranslation();
  const retry = useRetryRecording();
  const [discardEdits, setDiscardEdits] = useState(false);
  return (
    <Dialog title={t("recordings.againTitle")} onClose={onClose}>
      <p>{t("recordings.againText")}</p>
      <label className="check">
        <input
          type="checkbox"
          checked={discardEdits}
          onChange={(event) => setDiscardEdits(event.target.checked)}
        />
        <span>{t("recordings.againDiscard")}</span>
      </label>
      {retry.error && (
        <p className="field-problem" role="alert">
          {thrownText(t, retry.error)}
        </p>
      )}
      <div className="dialog-actions">
        <Button autoFocus onClick={onClose}>
          {t("app.cancel")}
        </Button>
        <Button
          kind={discardEdits ? "danger" : "primary"}
          disabled={retry.isPending}
          onClick={() => retry.mutate({ id: recording.id, discardEdits }, { onSuccess: onClose })}
        >
          {t("recordings.again")}
        </Button>
      </div>
    </Dialog>
  );
}
