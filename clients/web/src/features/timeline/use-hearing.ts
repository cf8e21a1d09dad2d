import { useEffect, useRef, useState } from "react";

import type { Lanes, LaneUtterance } from "@/shared/api/types";

/** Plays single utterances, each to its end. */
export function useHearing(lanes: Lanes) {
  const audio = useRef<HTMLAudioElement | null>(null);
  const until_s = useRef(0);
  const [playing, setPlaying] = useState<string | null>(null);

  useEffect(() => {
    const player = new Audio();
    player.preload = "none";
    const stop = () => setPlaying(null);
    player.addEventListener("pause", stop);
    player.addEventListener("error", stop);
    player.addEventListener("timeupdate", () => {
      if (player.currentTime >= until_s.current) player.pause();
    });
    audio.current = player;
    return () => {
      // Also gives up a download that is under way.
      player.pause();
      player.removeAttribute("src");
      player.load();
    };
  }, []);

  const addressOf = (utterance: LaneUtterance) =>
    lanes.recordings.find((one) => one.id === utterance.recording_id)?.audio_url ?? null;

  const play = (utterance: LaneUtterance) => {
    const address = addressOf(utterance);
    const player = audio.current;
    if (address === null || player === null) return;
    if (player.getAttribute("src") !== address) player.setAttribute("src", address);
    until_s.current = utterance.end_s;
    player.currentTime = utterance.start_s;
    setPlaying(utterance.id);
    player.play().catch(() => setPlaying(null));
  };

  return { playing, play, stop: () => audio.current?.pause(), addressOf };
}
