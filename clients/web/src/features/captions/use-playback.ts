import { useCallback, useEffect, useRef, useState } from "react";
import type { RefObject } from "react";

const TICK_MS = 80;

export interface Playback {
  audio: RefObject<HTMLAudioElement | null>;
  isPlaying: boolean;
  /** Playback began at least once: a current line makes sense. */
  hasBegun: boolean;
  position_s: number;
  /** As the browser knows it; null when it does not. */
  duration_s: number | null;
  failed: boolean;
  toggle: () => void;
  seek: (position_s: number) => void;
  playFrom: (position_s: number) => void;
  /** 1 is as it was spoken. */
  setSpeed: (speed: number) => void;
}

export function usePlayback(): Playback {
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [hasBegun, setBegun] = useState(false);
  const [position_s, setPosition] = useState(0);
  const [duration_s, setDuration] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    const element = audio.current;
    if (element === null) return undefined;
    const handlers: Record<string, () => void> = {
      play: () => {
        setPlaying(true);
        setBegun(true);
        setFailed(false);
      },
      pause: () => setPlaying(false),
      ended: () => setPlaying(false),
      seeked: () => setPosition(element.currentTime),
      error: () => setFailed(true),
      durationchange: () =>
        setDuration(Number.isFinite(element.duration) ? element.duration : null),
    };
    for (const [name, handler] of Object.entries(handlers)) element.addEventListener(name, handler);
    return () => {
      for (const [name, handler] of Object.entries(handlers)) {
        element.removeEventListener(name, handler);
      }
    };
  }, []);

  useEffect(() => {
    if (!isPlaying) return undefined;
    // `timeupdate` comes four times a second: too seldom to follow words.
    const timer = setInterval(() => setPosition(audio.current?.currentTime ?? 0), TICK_MS);
    return () => clearInterval(timer);
  }, [isPlaying]);

  const play = useCallback(() => {
    audio.current?.play().catch((error: unknown) => {
      // A pause right after is no failure.
      if (!(error instanceof DOMException && error.name === "AbortError")) setFailed(true);
    });
  }, []);

  const seek = useCallback((target_s: number) => {
    if (audio.current) audio.current.currentTime = Math.max(0, target_s);
    setPosition(Math.max(0, target_s));
    setBegun(true);
  }, []);

  const toggle = useCallback(() => {
    if (audio.current?.paused === false) audio.current.pause();
    else play();
  }, [play]);

  const playFrom = useCallback(
    (target_s: number) => {
      seek(target_s);
      play();
    },
    [seek, play],
  );

  const setSpeed = useCallback((speed: number) => {
    const element = audio.current;
    if (element) element.playbackRate = element.defaultPlaybackRate = speed;
  }, []);

  const controls = { toggle, seek, playFrom, setSpeed };
  return { audio, isPlaying, hasBegun, position_s, duration_s, failed, ...controls };
}
