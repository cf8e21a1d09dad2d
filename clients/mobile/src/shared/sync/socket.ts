import type { Access } from "@/shared/api/client";

/** React Native's websocket takes headers; the declared type is the browser's. */
type HeaderWebSocket = new (
  url: string,
  protocols: string[],
  options: { headers: Record<string, string> },
) => WebSocket;

/** `path`: such as `/ws/events`. */
export function openSocket({ server, token }: Access, path: string): WebSocket {
  const Socket = WebSocket as unknown as HeaderWebSocket;
  const url = `${server.replace(/^http/, "ws")}${path}`;
  return new Socket(url, [], { headers: { "X-Session-Token": token } });
}
