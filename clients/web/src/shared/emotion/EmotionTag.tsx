import { useTranslation } from "react-i18next";

import { EmotionIcon } from "./EmotionIcon";
import type { ShownEmotion } from "./shown-emotion";

/** How a line sounds, by word, colour and shape, as the person has chosen (display.css). Neutral is quiet: no tag. */
export function EmotionTag({ emotion }: { emotion: ShownEmotion }) {
  const { t } = useTranslation();
  if (emotion === "neutral") return null;
  return (
    <span className="emotion-tag" data-emotion={emotion} title={t(`emotion.sounds.${emotion}`)}>
      <EmotionIcon emotion={emotion} />
      <span className="emotion-word">{t(`emotion.script.${emotion}`)}</span>
    </span>
  );
}
