import { memo, useId, useState } from "react";
import type { MouseEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Utterance } from "@/shared/api/types";
import { EmotionTag } from "@/shared/emotion/EmotionTag";
import { cueMark } from "@/shared/emotion/cues";
import { shownEmotion, strengthStep } from "@/shared/emotion/shown-emotion";
import { useDisplay } from "@/shared/preferences/display";
import { formatClock, isoDuration } from "@/shared/time/format";
import { IconButton } from "@/shared/ui/Button";

import { EmotionDetails } from "./EmotionDetails";
import { lastBegunIndex, splitIntoWords } from "./current-line";

interface CaptionLineProps {
  utterance: Utterance;
  showEmotion: boolean;
  /** Null: this is not the line that is spoken. */
  position_s: number | null;
  onPlay: (position_s: number) => void;
  /** Without it lines cannot be edited here. */
  onEdit?: ((id: string) => void) | undefined;
  /** The editor, while this line is edited. */
  children?: ReactNode;
}

export const CaptionLine = memo(function CaptionLine(props: CaptionLineProps) {
  const { utterance, showEmotion, position_s, onPlay, onEdit, children } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const detailsId = useId();
  const time = formatClock(utterance.start_s);
  const shown = showEmotion ? shownEmotion(utterance.emotion) : null;
  const { show_cues } = useDisplay();
  const cues = showEmotion && show_cues ? cueMark(t, utterance.cues) : "";
  const play = () => onPlay(utterance.start_s);
  // Words can be selected and copied: only a plain click on them plays.
  const playUnlessSelecting = (event: MouseEvent<HTMLElement>) => {
    if (window.getSelection()?.isCollapsed === false) return;
    const word = (event.target as HTMLElement).closest<HTMLElement>("[data-start]");
    onPlay(word ? Number(word.dataset.start) : utterance.start_s);
  };
  return (
    <li
      className="line"
      data-utterance={utterance.id}
      data-emotion={shown ?? undefined}
      data-strength={shown === null ? undefined : strengthStep(utterance.emotion)}
      aria-current={position_s === null ? undefined : "true"}
    >
      <button
        type="button"
        className="line-time numbers"
        aria-label={t("captions.playFrom", { time })}
        onClick={play}
      >
        <time dateTime={isoDuration(utterance.start_s)}>{time}</time>
      </button>
      {/* A larger target for the mouse; the button before it is the one for keyboard and readers. */}
      <p className="line-text" onClick={playUnlessSelecting}>
        {utterance.speaker !== null && <span className="speaker">{utterance.speaker}: </span>}
        {shown !== null && <EmotionTag emotion={shown} />}
        {shown !== null && shown !== "neutral" && " "}
        {cues !== "" && <span className="cue-mark">{cues}</span>}
        {cues !== "" && " "}
        <Words utterance={utterance} position_s={position_s} />
        {utterance.edited && " "}
        {utterance.edited && (
          <small className="line-edited" title={t("editing.editedHint")}>
            {t("editing.edited")}
          </small>
        )}
      </p>
      <span className="line-tools">
        {onEdit && (
          <IconButton
            icon="pencil"
            className="line-toggle line-edit"
            label={t("editing.edit", { time })}
            onClick={() => onEdit(utterance.id)}
          />
        )}
        <IconButton
          icon="chevron"
          className="line-toggle"
          label={t("captions.detailsOf", { time })}
          aria-expanded={open}
          aria-controls={detailsId}
          onClick={() => setOpen(!open)}
        />
      </span>
      {children}
      {open && <EmotionDetails id={detailsId} utterance={utterance} showEmotion={showEmotion} />}
    </li>
  );
});

function Words({ utterance, position_s }: Pick<CaptionLineProps, "utterance" | "position_s">) {
  const { t } = useTranslation();
  const { text, words, language } = utterance;
  if (text === "") {
    return (
      <span className="unwritten" title={t("captions.speechUnwrittenHint")}>
        {t("captions.speechUnwritten")}
      </span>
    );
  }
  const spoken = position_s === null ? -1 : lastBegunIndex(words, position_s);
  return (
    <span lang={language ?? undefined}>
      {splitIntoWords(text, words).map((part, index) =>
        part.word === null ? (
          part.text
        ) : (
          <span
            key={index}
            className={part.word === spoken ? "word spoken" : "word"}
            data-start={words[part.word]?.start_s}
          >
            {part.text}
          </span>
        ),
      )}
    </span>
  );
}
