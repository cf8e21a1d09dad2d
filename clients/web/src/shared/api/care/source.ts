/** Whose timeline it is: one's own, or that of a person whom one cares for, through a link. */
export type Source = { kind: "own" } | { kind: "person"; linkId: string };

export const OWN: Source = { kind: "own" };

/** Of everything that was read through a link nothing may stay in the cache when it ends: one key for all of it. */
export function sourceKey(source: Source) {
  return source.kind === "own"
    ? (["timelines", "own"] as const)
    : (["care", "person", source.linkId] as const);
}

/** The beginning of the addresses that files are downloaded from. */
export function sourcePath(source: Source): string {
  return source.kind === "own" ? "/api/v1" : `/api/v1/care/people/${source.linkId}`;
}
