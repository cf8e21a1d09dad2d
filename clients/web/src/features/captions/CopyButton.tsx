import { useTranslation } from "react-i18next";

import type { Utterance } from "@/shared/api/types";
import { scriptLine } from "@/shared/emotion/script";
import { useDisplay } from "@/shared/preferences/display";
import { Button } from "@/shared/ui/Button";
import { useAnnounce } from "@/shared/ui/announcer";

interface CopyButtonProps {
  utterances: readonly Utterance[];
  showEmotion: boolean;
}

/** The whole script, as it is on the screen. Browsers allow it on secure addresses only. */
export function CopyButton({ utterances, showEmotion }: CopyButtonProps) {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const { show_cues } = useDisplay();
  if (!window.isSecureContext || utterances.length === 0) return null;
  const copy = async () => {
    const lines = utterances.map((one) =>
      scriptLine(t, one, { withEmotion: showEmotion, withCues: showEmotion && show_cues }),
    );
    await navigator.clipboard.writeText(lines.join("\n"));
    announce(t("captions.copied"));
  };
  return (
    <Button icon="copy" onClick={() => void copy()}>
      {t("captions.copy")}
    </Button>
  );
}
