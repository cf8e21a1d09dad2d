import { useRef } from "react";
import { useTranslation } from "react-i18next";

import type { Recording } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { isActive } from "@/shared/library/order";
import { useKeepAwake } from "@/shared/preferences/use-keep-awake";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import { CaptionLine } from "./CaptionLine";
import { CopyButton } from "./CopyButton";
import { Player } from "./Player";
import { currentLineId } from "./current-line";
import { useCaptions } from "./use-captions";
import { useFollow } from "./use-follow";
import { usePlayback } from "./use-playback";

import "./captions.css";

interface CaptionsViewProps {
  recording: Recording;
  showEmotion: boolean;
}

export function CaptionsView({ recording, showEmotion }: CaptionsViewProps) {
  const { t } = useTranslation();
  const { load, utterances } = useCaptions(recording);
  const playback = usePlayback();
  useKeepAwake(playback.isPlaying);
  const list = useRef<HTMLOListElement>(null);
  const currentId = playback.hasBegun ? currentLineId(utterances, playback.position_s) : null;
  const { following, follow } = useFollow(list, currentId);
  const hasEmotion = showEmotion && utterances.some(({ emotion }) => emotion !== null);
  const { playFrom } = playback;
  return (
    <>
      <section className="captions" aria-labelledby="captions-title">
        <div className="captions-head">
          <h2 id="captions-title">{t("captions.title")}</h2>
          <CopyButton utterances={utterances} showEmotion={showEmotion} />
        </div>
        {recording.analysis.low_accuracy && (
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
        <ol ref={list} className="lines">
          {utterances.map((utterance) => (
            <CaptionLine
              key={utterance.id}
              utterance={utterance}
              showEmotion={showEmotion}
              position_s={utterance.id === currentId ? playback.position_s : null}
              onPlay={playFrom}
            />
          ))}
        </ol>
      </section>
      <div className="player-dock">
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
