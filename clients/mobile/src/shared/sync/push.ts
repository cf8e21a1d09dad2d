import type { Access } from "@/shared/api/client";

/** React Native's websocket takes headers; the declared type is the browser's. */
type HeaderWebSocket = new (
  url: string,
  protocols: string[],
  options: { headers: Record<string, string> },
) => WebSocket;

/** Null where a token cannot be sent with a websocket. */
export function openPush({ server, token }: Access): WebSocket | null {
  const Socket = WebSocket as unknown as HeaderWebSocket;
  const url = `${server.replace(/^http/, "ws")}/ws/events`;
  return new Socket(url, [], { headers: { "X-Session-Token": token } });
}
