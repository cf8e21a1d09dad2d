import { useCallback, useEffect, useId, useRef, useState } from "react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";

import type { Recording } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { isActive } from "@/shared/library/order";
import { useKeepAwake } from "@/shared/preferences/use-keep-awake";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import { CaptionLine } from "./CaptionLine";
import { CopyButton } from "./CopyButton";
import { EditBar } from "./EditBar";
import { KeysButton } from "./KeysButton";
import { LeftOut } from "./LeftOut";
import { LineEditor } from "./LineEditor";
import { Player } from "./Player";
import { currentLineId } from "./current-line";
import { useCaptions } from "./use-captions";
import { useEdits } from "./use-edits";
import { useFollow } from "./use-follow";
import { useLineKeys } from "./use-line-keys";
import { usePlayback } from "./use-playback";

import "./captions.css";

interface CaptionsViewProps {
  recording: Recording;
  showEmotion: boolean;
  /** The line to show first, such as a hit of a search. */
  targetId?: string | null;
}

export function CaptionsView({ recording, showEmotion, targetId = null }: CaptionsViewProps) {
  const { t } = useTranslation();
  const titleId = useId();
  const edits = useEdits();
  const [editingId, setEditingId] = useState<string | null>(null);
  const { load, utterances } = useCaptions(recording);
  const playback = usePlayback();
  useKeepAwake(playback.isPlaying || recording.analysis.state === "running");
  const list = useRef<HTMLOListElement>(null);
  const currentId = playback.hasBegun ? currentLineId(utterances, playback.position_s) : null;
  const { following, follow } = useFollow(list, currentId);
  const hasEmotion = showEmotion && utterances.some(({ emotion }) => emotion !== null);
  const { playFrom } = playback;
  useTarget(list, targetId, utterances.length > 0);
  const onKeyDown = useLineKeys({
    utterances,
    playback,
    onEdit: setEditingId,
    onUndo: edits.undo,
  });
  const closeEditor = useCallback(() => {
    setEditingId((id) => {
      if (id !== null) focusLine(list.current, id);
      return null;
    });
  }, []);
  return (
    <>
      <section className="captions" aria-labelledby={titleId}>
        <div className="captions-head">
          <h2 id={titleId}>{t("captions.title")}</h2>
          <div className="captions-tools">
            <KeysButton />
            <CopyButton utterances={utterances} showEmotion={showEmotion} />
          </div>
        </div>
        {recording.analysis.low_accuracy && utterances.length > 0 && (
          <Notice kind="warning">{t("captions.lowAccuracy")}</Notice>
        )}
        {hasEmotion && <Notice kind="info">{t("captions.notice")}</Notice>}
        {load.isError && (
          <Notice kind="problem" announce>
            <p>{`${t("captions.loadFailed")} ${thrownText(t, load.error)}`}</p>
            <Button icon="retry" onClick={() => void load.refetch()}>
              {t("app.tryAgain")}
            </Button>
          </Notice>
        )}
        {utterances.length === 0 && <NoLines recording={recording} isLoading={load.isPending} />}
        {/* The keys are a shorter way to what the buttons in it do. */}
        <ol ref={list} className="lines" onKeyDown={onKeyDown}>
          {utterances.map((utterance, index) => (
            <CaptionLine
              key={utterance.id}
              utterance={utterance}
              showEmotion={showEmotion}
              position_s={utterance.id === currentId ? playback.position_s : null}
              onPlay={playFrom}
              onEdit={setEditingId}
            >
              {editingId === utterance.id && (
                <LineEditor
                  utterance={utterance}
                  next={utterances[index + 1]}
                  showEmotion={showEmotion}
                  edits={edits}
                  onClose={closeEditor}
                />
              )}
            </CaptionLine>
          ))}
        </ol>
        <LeftOut recording={recording} />
      </section>
      <div className="player-dock">
        <EditBar edits={edits} />
        {!following && currentId !== null && (
          <Button className="follow-button" onClick={follow}>
            {t("captions.backToNow")}
          </Button>
        )}
        <Player recording={recording} playback={playback} />
      </div>
    </>
  );
}

function focusLine(list: HTMLElement | null, id: string): void {
  list
    ?.querySelector<HTMLElement>(`[data-utterance="${CSS.escape(id)}"] .line-time`)
    ?.focus({ preventScroll: true });
}

/** Brings the line that was asked for into view, once it is there, and gives it the focus. */
function useTarget(
  list: RefObject<HTMLElement | null>,
  targetId: string | null,
  isLoaded: boolean,
): void {
  useEffect(() => {
    if (targetId === null || !isLoaded) return undefined;
    // After the page has given the focus to its heading.
    const timer = setTimeout(() => {
      const line = list.current?.querySelector(`[data-utterance="${CSS.escape(targetId)}"]`);
      line?.scrollIntoView({ block: "center" });
      focusLine(list.current, targetId);
    });
    return () => clearTimeout(timer);
  }, [list, targetId, isLoaded]);
}

function NoLines({ recording, isLoading }: { recording: Recording; isLoading: boolean }) {
  const { t } = useTranslation();
  if (isActive(recording)) {
    return (
      <div className="empty">
        <p className="empty-title">{t("captions.waitingTitle")}</p>
        <p>{t("captions.waitingText")}</p>
      </div>
    );
  }
  if (recording.text_removed_at !== null) {
    return (
      <div className="empty">
        <p className="empty-title">{t("captions.textRemovedTitle")}</p>
        <p>{t("captions.textRemovedText")}</p>
      </div>
    );
  }
  if (isLoading) return <p className="muted">{t("app.loading")}</p>;
  if (recording.analysis.state !== "done" || recording.analysis.utterance_count > 0) return null;
  return (
    <div className="empty">
      <p className="empty-title">{t("captions.noSpeechTitle")}</p>
      <p>{t("captions.noSpeechText")}</p>
    </div>
  );
}
