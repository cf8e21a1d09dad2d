/** A phone knows no server until somebody types one. */
export const DEFAULT_SERVER = "";
