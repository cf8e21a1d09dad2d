/** Names and addresses that never leave the house. */
const LOCAL_HOST =
  /^(localhost|127(\.\d{1,3}){3}|10(\.\d{1,3}){3}|192\.168(\.\d{1,3}){2}|172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2}|169\.254(\.\d{1,3}){2}|\[(::1|f[cd][0-9a-f:]*|fe80[0-9a-f:]*)\]|[a-z0-9-]+|[a-z0-9-]+(\.[a-z0-9-]+)*\.(local|lan|home\.arpa|internal))$/;

export type AddressProblem = "empty" | "malformed" | "needsHttps";

export type ServerAddress = { url: string } | { problem: AddressProblem };

/**
 * What a person typed, as the server's origin without a slash at the end. Without a scheme it is https, and http
 * for local ones; http is refused for all others, since the session token would travel openly.
 */
export function serverAddress(typed: string): ServerAddress {
  const text = typed.trim();
  if (text === "") return { problem: "empty" };
  const parsed = /^(?:(https?):\/\/)?(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?\/*$/i.exec(text);
  if (parsed === null) return { problem: "malformed" };
  const host = (parsed[2] ?? "").toLowerCase();
  const isLocal = LOCAL_HOST.test(host);
  const port = parsed[3];
  const scheme = parsed[1]?.toLowerCase() ?? (isLocal ? "http" : "https");
  if (port !== undefined && (Number(port) === 0 || Number(port) > 65_535)) {
    return { problem: "malformed" };
  }
  if (host.startsWith(".") || host.endsWith(".") || host.includes("..")) {
    return { problem: "malformed" };
  }
  if (scheme === "http" && !isLocal) return { problem: "needsHttps" };
  return { url: `${scheme}://${host}${port === undefined ? "" : `:${port}`}` };
}
