/** A websocket of our own server. */
export function socketUrl(
  path: string,
  { protocol, host }: Pick<Location, "protocol" | "host"> = window.location,
): string {
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}${path}`;
}
