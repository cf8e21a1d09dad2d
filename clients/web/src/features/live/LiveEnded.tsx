import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useRetryRecording } from "@/shared/api/retry-recording";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";

import { useLivePreferences } from "./live-preferences";

interface LiveEndedProps {
  /** Null: there is none that could be opened now. */
  recordingId: string | null;
  onAgain: () => void;
}

/** After a talk: another one, its recording, and the text once more at full quality. */
export function LiveEnded({ recordingId, onAgain }: LiveEndedProps) {
  const { t } = useTranslation();
  const { improve } = useLivePreferences();
  const again = useRetryRecording();
  const isImproving = improve || again.isSuccess;
  return (
    <div className="live-controls">
      <Button kind="primary" icon="microphone" onClick={onAgain}>
        {t("live.newTalk")}
      </Button>
      {recordingId !== null && (
        <>
          <Link className="button button-plain" to={`/recordings/${recordingId}`}>
            {t("live.openRecording")}
          </Link>
          {isImproving ? (
            <p role="status">{t("live.improving")}</p>
          ) : (
            <Button
              icon="retry"
              disabled={again.isPending}
              onClick={() => again.mutate({ id: recordingId })}
            >
              {t("live.improveNow")}
            </Button>
          )}
        </>
      )}
      {again.error && (
        <p className="field-problem" role="alert">
          {thrownText(t, again.error)}
        </p>
      )}
    </div>
  );
}
