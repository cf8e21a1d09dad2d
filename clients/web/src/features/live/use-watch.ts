import { useEffect, useState } from "react";

import type { LiveError } from "@/shared/api/types";
import { backoffDelay_ms } from "@/shared/sync/backoff";

import { putCaption } from "@api/live-lines";
import type { Lines } from "@api/live-lines";
import type { LiveMessage } from "./live-connection";

export interface WatchState {
  phase: "connecting" | "watching" | "ended";
  lines: Lines;
  speaking: boolean;
  lag_s: number;
  /** What the owner calls the talk. */
  name: string;
  error: LiveError | null;
}

const FIRST: WatchState = {
  phase: "connecting",
  lines: [],
  speaking: false,
  lag_s: 0,
  name: "",
  error: null,
};

/** Reads along, and connects again until the talk or the permission ends. */
export function useWatch(url: string, code: string): WatchState {
  const [state, setState] = useState(FIRST);
  useEffect(() => {
    let socket: WebSocket | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let over = false;
    const connect = () => {
      socket = new WebSocket(url);
      socket.onopen = () => socket?.send(JSON.stringify({ type: "watch", code }));
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data as string) as LiveMessage;
        failures = 0;
        over = over || message.type === "ended" || (message.type === "error" && message.fatal);
        setState((before) => after(before, message));
      };
      socket.onclose = () => {
        if (over) return;
        setState((before) => ({ ...before, phase: "connecting", speaking: false }));
        retry = setTimeout(connect, backoffDelay_ms(failures));
        failures += 1;
      };
    };
    connect();
    return () => {
      over = true;
      clearTimeout(retry);
      socket?.close();
    };
  }, [url, code]);
  return state;
}

function after(state: WatchState, message: LiveMessage): WatchState {
  const { lag_s } = message;
  switch (message.type) {
    case "watching":
      return { ...state, phase: "watching", name: message.title, lag_s };
    case "caption":
      return { ...state, lines: putCaption(state.lines, message), lag_s };
    case "speaking":
      return { ...state, speaking: message.speaking, lag_s };
    case "ended":
      return { ...state, phase: "ended", speaking: false, lag_s };
    case "error":
      return { ...state, error: message, speaking: false, lag_s };
    default:
      return state;
  }
}
