import { useTranslation } from "react-i18next";

import { formatClock } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";

import { useCapture, useRecorder } from "./context";
import { useElapsed_s } from "./use-elapsed";

/** On every other page: a recording goes on, and can be ended from here. */
export function RecordingBadge() {
  const { t } = useTranslation();
  const { recorder } = useCapture();
  const { phase, startedAt_ms } = useRecorder();
  const elapsed_s = useElapsed_s(startedAt_ms);
  if (phase !== "recording") return null;
  return (
    <div className="recording-badge">
      <span className="recording-dot" aria-hidden="true" />
      <span className="numbers">
        {t("capture.recordingElsewhere", { time: formatClock(elapsed_s) })}
      </span>
      <Button kind="danger" icon="stop" onClick={() => recorder.stop()}>
        {t("capture.stop")}
      </Button>
    </div>
  );
}
