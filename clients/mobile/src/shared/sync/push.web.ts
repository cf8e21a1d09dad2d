/** A browser's websocket takes no headers, and a token does not belong into an address: the web target asks. */
export function openPush(): WebSocket | null {
  return null;
}
