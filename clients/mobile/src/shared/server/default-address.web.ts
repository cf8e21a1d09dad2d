/** The web target is served by the server that it talks to. */
export const DEFAULT_SERVER = window.location.origin;
