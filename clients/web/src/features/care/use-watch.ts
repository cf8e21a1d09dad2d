import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { queryKeys } from "@/shared/api/query-keys";
import { noteSessionEnded } from "@/shared/api/signed-out";
import type { ServerEvent } from "@/shared/api/types";
import { backoffDelay_ms } from "@/shared/sync/backoff";

const CLOSED_NOT_SHARED = 4403;
const CLOSED_NOT_AUTHENTICATED = 4401;
const PING_EVERY_MS = 25_000;

/** `open` until the server says that the link is not: then all that was read through it is thrown away. */
export type Watch = "connecting" | "open" | "closed";

/**
 * Watches one link while its pages are open. The server closes the socket at the moment in which the owner pauses or
 * ends the link; what it pushes is only that something is new, and the page asks for it over REST.
 */
export function useWatch(linkId: string, isActive: boolean): Watch {
  const queries = useQueryClient();
  const [watch, setWatch] = useState<Watch>("connecting");

  useEffect(() => {
    if (!isActive) return undefined;
    let socket: WebSocket | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let attempt = 0;
    let isOver = false;
    const content = { queryKey: queryKeys.person(linkId) };

    const cutOff = () => {
      setWatch("closed");
      void queries.cancelQueries(content);
      queries.removeQueries(content);
      void queries.invalidateQueries({ queryKey: queryKeys.people });
    };
    const connect = () => {
      const { protocol, host } = window.location;
      const scheme = protocol === "https:" ? "wss:" : "ws:";
      socket = new WebSocket(`${scheme}//${host}/ws/care/${linkId}`);
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        const event = JSON.parse(data) as ServerEvent;
        if (event.type === "care.watching") {
          attempt = 0;
          setWatch("open");
          void queries.invalidateQueries({ queryKey: queryKeys.people });
        }
        if (event.type !== "pong") void queries.invalidateQueries(content);
      };
      socket.onclose = ({ code }) => {
        if (isOver) return;
        if (code === CLOSED_NOT_SHARED) cutOff();
        else if (code === CLOSED_NOT_AUTHENTICATED) noteSessionEnded();
        else {
          timer = setTimeout(connect, backoffDelay_ms(attempt));
          attempt += 1;
        }
      };
    };
    connect();
    const ping = setInterval(() => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "ping" }));
    }, PING_EVERY_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
      clearInterval(ping);
      socket?.close();
      setWatch("connecting");
    };
  }, [linkId, isActive, queries]);

  return watch;
}
