import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useLanes } from "@/shared/api/care/get-lanes";
import { sourcePath } from "@/shared/api/care/source";
import type { Source } from "@/shared/api/care/source";
import type { Lanes } from "@/shared/api/types";
import { EmotionIcon } from "@/shared/emotion/EmotionIcon";
import { thrownText } from "@/shared/errors/error-text";
import { formatClock } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import { percent } from "./days";
import { Downloads } from "./Downloads";
import { inOrder, soundOf } from "./flat-lanes";
import type { Placed } from "./flat-lanes";
import { LaneChart } from "./LaneChart";
import { LaneTable } from "./LaneTable";
import { useHearing } from "./use-hearing";

import "./timeline.css";

interface ConversationTimelineProps {
  source: Source;
  conversationId: string;
}

export function ConversationTimeline({ source, conversationId }: ConversationTimelineProps) {
  const { t } = useTranslation();
  const { data, error } = useLanes(source, conversationId);
  if (error) {
    return (
      <Notice kind="problem" announce>
        {`${t("timeline.failed")} ${thrownText(t, error)}`}
      </Notice>
    );
  }
  if (!data) return <p className="muted loading">{t("app.loading")}</p>;
  if (data.lanes.length === 0) return <p className="empty">{t("timeline.empty")}</p>;
  return (
    <OneConversation
      lanes={data}
      csvUrl={`${sourcePath(source)}/conversations/${conversationId}/timeline.csv`}
    />
  );
}

function OneConversation({ lanes, csvUrl }: { lanes: Lanes; csvUrl: string }) {
  const { t } = useTranslation();
  const chart = useRef<SVGSVGElement>(null);
  const [index, setIndex] = useState(0);
  const sliderId = useId();
  const hearing = useHearing(lanes);
  const placed = inOrder(lanes);
  const selected = Math.min(index, placed.length - 1);
  const one = placed[selected];
  const hear = (which: number) => {
    setIndex(which);
    const chosen = placed[which];
    if (chosen) hearing.play(chosen.utterance);
  };
  return (
    <div className="timeline">
      <p className="field-hint">{t("timeline.lanesHint")}</p>
      <LaneChart
        ref={chart}
        lanes={lanes}
        placed={placed}
        selected={selected}
        onSelect={setIndex}
        onHear={hear}
      />
      <label htmlFor={sliderId} className="visually-hidden">
        {t("timeline.chooseUtterance")}
      </label>
      <input
        id={sliderId}
        className="timeline-slider"
        type="range"
        min={0}
        max={placed.length - 1}
        value={selected}
        aria-valuetext={one && spoken(one, t("timeline.unknownSpeaker"))}
        onChange={(event) => setIndex(Number(event.target.value))}
      />
      {one && <Selected placed={one} hearing={hearing} onHear={() => hear(selected)} />}
      <LaneTable placed={placed} />
      <Downloads csvUrl={csvUrl} name={`conversation-${lanes.conversation_id}`} chart={chart} />
    </div>
  );
}

function spoken({ utterance, speaker }: Placed, unknown: string): string {
  return [formatClock(utterance.at_s), speaker || unknown, utterance.text ?? ""].join(" ");
}

interface SelectedProps {
  placed: Placed;
  hearing: ReturnType<typeof useHearing>;
  onHear: () => void;
}

function Selected({ placed: { utterance, speaker }, hearing, onHear }: SelectedProps) {
  const { t, i18n } = useTranslation();
  const sounds = soundOf(utterance);
  const isPlaying = hearing.playing === utterance.id;
  return (
    <div className="selected-utterance" role="status">
      <p className="numbers">
        {`${formatClock(utterance.at_s)} · ${speaker || t("timeline.unknownSpeaker")}`}
      </p>
      {sounds !== null && (
        <p data-emotion={sounds}>
          <EmotionIcon emotion={sounds} /> {t(`emotion.sounds.${sounds}`)}
          {utterance.emotion?.confident &&
            ` · ${t("timeline.strength")} ${percent(utterance.emotion.strength, i18n.language)}`}
        </p>
      )}
      <p className={utterance.text === null ? "muted" : "selected-words"}>
        {utterance.text ?? t("timeline.noText")}
      </p>
      {hearing.addressOf(utterance) === null ? (
        <p className="muted">{t("timeline.noAudio")}</p>
      ) : (
        <Button icon={isPlaying ? "stop" : "play"} onClick={isPlaying ? hearing.stop : onHear}>
          {t(isPlaying ? "timeline.stop" : "timeline.play")}
        </Button>
      )}
    </div>
  );
}
