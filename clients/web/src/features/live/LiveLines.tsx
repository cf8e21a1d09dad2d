import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { cueMark } from "@/shared/emotion/cues";
import { EmotionTag } from "@/shared/emotion/EmotionTag";
import { shownEmotion, strengthStep } from "@/shared/emotion/shown-emotion";
import type { Caption } from "@/shared/api/types";
import { useDisplay } from "@/shared/preferences/display";

import { isShown, shownText } from "@api/live-lines";
import type { Lines } from "@api/live-lines";

interface LiveLinesProps {
  lines: Lines;
  /** Only text that does not change any more. */
  calm: boolean;
  showEmotion: boolean;
  /** What to say while there is nothing to read. */
  hint: string;
}

/** The last lines, the newest at the bottom. The last one stays when the sound stops. */
export function LiveLines({ lines, calm, showEmotion, hint }: LiveLinesProps) {
  const { t } = useTranslation();
  const { caption_lines } = useDisplay();
  const area = useRef<HTMLDivElement>(null);
  const shown = lines.filter((line) => isShown(line, calm)).slice(-Math.max(1, caption_lines));
  const last = shown.at(-1);
  useEffect(() => {
    if (area.current) area.current.scrollTop = area.current.scrollHeight;
  }, [last?.utterance, last?.revision, caption_lines]);
  return (
    <div
      className="live-lines"
      ref={area}
      tabIndex={0}
      role="region"
      aria-label={t("live.captions")}
    >
      {shown.length === 0 && <p className="live-hint">{hint}</p>}
      <ol>
        {shown.map((line) => (
          <LiveLine key={line.utterance} line={line} calm={calm} showEmotion={showEmotion} />
        ))}
      </ol>
      {/* Readers hear a line once, when it is finished. */}
      <p className="visually-hidden" aria-live="polite">
        {lines.findLast(({ final }) => final)?.stable ?? ""}
      </p>
    </div>
  );
}

function LiveLine({
  line,
  calm,
  showEmotion,
}: {
  line: Caption;
  calm: boolean;
  showEmotion: boolean;
}) {
  const { t } = useTranslation();
  const { show_cues } = useDisplay();
  const { stable, unstable } = shownText(line, calm);
  // In calm mode nothing changes any more, the tag neither.
  const emotion = showEmotion && (line.final || !calm) ? shownEmotion(line.emotion) : null;
  const cues = showEmotion && show_cues ? cueMark(t, line.cues ?? null) : "";
  return (
    <li
      className="live-line"
      data-final={line.final}
      data-emotion={emotion ?? undefined}
      data-strength={emotion === null ? undefined : strengthStep(line.emotion)}
      lang={line.language ?? undefined}
    >
      {line.speaker !== null && <span className="speaker">{line.speaker}: </span>}
      {emotion !== null && <EmotionTag emotion={emotion} />}
      {emotion !== null && emotion !== "neutral" && " "}
      {cues !== "" && <span className="cue-mark">{cues} </span>}
      <span>{stable}</span>
      {unstable !== "" && <span className="live-unstable"> {unstable}</span>}
      {line.final && stable === "" && <span>{t("captions.speechUnwritten")}</span>}
    </li>
  );
}
