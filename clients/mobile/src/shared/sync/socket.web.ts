import type { Access } from "@/shared/api/client";

/** A browser's websocket takes no headers, and a token does not belong into an address: it is offered as a protocol. */
export function openSocket({ server, token }: Access, path: string): WebSocket {
  return new WebSocket(`${server.replace(/^http/, "ws")}${path}`, ["session-token", token]);
}
