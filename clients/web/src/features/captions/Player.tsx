import { useState } from "react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Recording } from "@/shared/api/types";
import { formatClock } from "@/shared/time/format";
import { Button, IconButton } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import type { Playback } from "./use-playback";

const SKIP_S = 5;
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

interface PlayerProps {
  recording: Recording;
  playback: Playback;
}

/** Nothing to play where the audio was not kept. */
export function Player(props: PlayerProps) {
  const { t } = useTranslation();
  if (props.recording.audio_url !== null) return <PlayerOfAudio {...props} />;
  return <Notice kind="info">{t("captions.player.removed")}</Notice>;
}

function PlayerOfAudio({ recording, playback }: PlayerProps) {
  const { t } = useTranslation();
  const { audio, isPlaying, position_s, failed, toggle, seek } = playback;
  // Recordings made by browsers often carry no length: the server has measured it.
  const duration_s = recording.duration_s ?? playback.duration_s ?? 0;
  const skip = (step_s: number) => seek(Math.min(position_s + step_s, duration_s || Infinity));

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const { target, key } = event;
    if (target instanceof HTMLSelectElement) return;
    if (key === " " && !(target instanceof HTMLButtonElement)) toggle();
    else if (key === "ArrowLeft") skip(-SKIP_S);
    else if (key === "ArrowRight") skip(SKIP_S);
    else return;
    event.preventDefault();
  };

  return (
    <section
      className="player"
      aria-label={t("captions.player.region")}
      aria-description={t("captions.player.keys")}
      onKeyDown={onKeyDown}
    >
      <audio ref={audio} src={recording.audio_url ?? undefined} preload="metadata" />
      <div className="player-buttons">
        <IconButton
          icon="skipBack"
          label={t("captions.player.back")}
          onClick={() => skip(-SKIP_S)}
        />
        <Button
          kind="primary"
          icon={isPlaying ? "pause" : "play"}
          className="player-toggle"
          aria-label={t(isPlaying ? "captions.player.pause" : "captions.player.play")}
          onClick={toggle}
        />
        <IconButton
          icon="skipForward"
          label={t("captions.player.forward")}
          onClick={() => skip(SKIP_S)}
        />
      </div>
      <span className="player-time numbers" aria-hidden="true">
        {formatClock(position_s)}
      </span>
      <input
        className="player-position"
        type="range"
        min={0}
        max={Math.max(duration_s, 0.1)}
        step={0.1}
        value={Math.min(position_s, duration_s || position_s)}
        aria-label={t("captions.player.position")}
        aria-valuetext={t("captions.player.positionText", {
          now: formatClock(position_s),
          total: formatClock(duration_s),
        })}
        onChange={(event) => seek(Number(event.target.value))}
      />
      <span className="player-time numbers" aria-hidden="true">
        {formatClock(duration_s)}
      </span>
      <SpeedChoice playback={playback} />
      {failed && (
        <p className="field-problem player-problem" role="alert">
          {t("captions.player.failed")}
        </p>
      )}
    </section>
  );
}

function SpeedChoice({ playback }: { playback: Playback }) {
  const { t } = useTranslation();
  const [speed, setShown] = useState(1);
  const choose = (chosen: number) => {
    setShown(chosen);
    playback.setSpeed(chosen);
  };
  return (
    <label className="player-speed">
      <span className="visually-hidden">{t("captions.player.speed")}</span>
      <select value={speed} onChange={(event) => choose(Number(event.target.value))}>
        {SPEEDS.map((option) => (
          <option key={option} value={option}>
            {`${option}×`}
          </option>
        ))}
      </select>
    </label>
  );
}
