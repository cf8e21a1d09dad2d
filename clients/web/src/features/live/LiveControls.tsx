import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/shared/ui/Button";

import { LiveSettings } from "./LiveSettings";
import { ShareDialog } from "./ShareDialog";
import { useLivePreferences } from "./live-preferences";
import type { LiveTalk, TalkState } from "./live-talk";

interface LiveControlsProps {
  talk: LiveTalk;
  state: TalkState;
}

export function LiveControls({ talk, state }: LiveControlsProps) {
  const { t } = useTranslation();
  const { pushToTalk } = useLivePreferences();
  const [open, setOpen] = useState<"settings" | "share" | null>(null);
  const isLive = state.phase === "live";

  // Hands-free again: the microphone must not stay closed.
  useEffect(() => talk.setMuted(pushToTalk), [talk, pushToTalk]);

  return (
    <div className="live-controls">
      {state.phase === "idle" || state.phase === "opening" ? (
        <Button
          kind="primary"
          icon="microphone"
          className="live-main"
          disabled={state.phase === "opening"}
          onClick={() => void talk.start()}
        >
          {t("live.start")}
        </Button>
      ) : (
        <Button
          kind="danger"
          icon="stop"
          className="live-main"
          disabled={!isLive}
          onClick={() => talk.stop()}
        >
          {t(isLive ? "live.stop" : "live.ending")}
        </Button>
      )}
      {isLive && pushToTalk && <HoldButton talk={talk} isOpen={!state.muted} />}
      {isLive && (
        <Button icon="device" title={t("live.share")} onClick={() => setOpen("share")}>
          <span className="live-label">{t("live.share")}</span>
        </Button>
      )}
      <Button icon="settings" title={t("live.settings")} onClick={() => setOpen("settings")}>
        <span className="live-label">{t("live.settings")}</span>
      </Button>
      {open === "settings" && <LiveSettings isLive={isLive} onClose={() => setOpen(null)} />}
      {open === "share" && <ShareDialog streamId={talk.id} onClose={() => setOpen(null)} />}
    </div>
  );
}

/** Open while it is held, by finger, mouse, space bar or Enter. */
function HoldButton({ talk, isOpen }: { talk: LiveTalk; isOpen: boolean }) {
  const { t } = useTranslation();
  const release = () => talk.setMuted(true);
  return (
    <Button
      icon="microphone"
      kind={isOpen ? "primary" : "plain"}
      aria-pressed={isOpen}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        talk.setMuted(false);
      }}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={({ key, repeat }) => {
        if ((key === " " || key === "Enter") && !repeat) talk.setMuted(false);
      }}
      onKeyUp={release}
      onBlur={release}
    >
      {t(isOpen ? "live.holding" : "live.hold")}
    </Button>
  );
}
