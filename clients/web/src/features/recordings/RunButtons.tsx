import { useTranslation } from "react-i18next";

import { useCancelRecording } from "@/shared/api/cancel-recording";
import { useRetryRecording } from "@/shared/api/retry-recording";
import type { Recording } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { isActive } from "@/shared/library/order";
import { Button } from "@/shared/ui/Button";

/** Stop an analysis that runs; try one again that did not work, unless it is the recording itself. */
export function RunButtons({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const retry = useRetryRecording();
  const cancel = useCancelRecording();
  const { state, error: failure } = recording.analysis;
  const error = retry.error ?? cancel.error;
  const canRetry = state === "cancelled" || (state === "failed" && (failure?.can_pass ?? true));
  if (!canRetry && !isActive(recording)) return null;
  return (
    <div className="card-actions">
      {canRetry && (
        <Button
          icon="retry"
          disabled={retry.isPending}
          onClick={() => retry.mutate({ id: recording.id })}
        >
          {t("recordings.retry")}
        </Button>
      )}
      {isActive(recording) && (
        <Button icon="stop" disabled={cancel.isPending} onClick={() => cancel.mutate(recording.id)}>
          {t("recordings.cancelAnalysis")}
        </Button>
      )}
      {error && (
        <p className="field-problem" role="alert">
          {thrownText(t, error)}
        </p>
      )}
    </div>
  );
}
