import { useEffect, useState } from "react";

export interface LiveNotice {
  /** The same as long as it is about the same thing. */
  id: string;
  kind: "info" | "warning" | "problem";
  text: string;
  /** What its button says, where it is not just "OK". */
  confirm?: string;
}

/** A problem stays until somebody has confirmed it; the others are taken for read after a while. */
export const READ_AFTER_MS = 15_000;
const URGENCY = { problem: 0, warning: 1, info: 2 } as const;

interface ShownNotices {
  /** The one to show now. */
  open: LiveNotice | undefined;
  /** Those that were read and still hold. */
  read: LiveNotice[];
  confirm: (id: string) => void;
}

/** One notice at a time, and each until it is read: the room belongs to the captions. */
export function useNotices(notices: LiveNotice[]): ShownNotices {
  const [readIds, setReadIds] = useState<readonly string[]>([]);
  // What is over is forgotten: when it comes again, it is news.
  const held = readIds.filter((id) => notices.some((notice) => notice.id === id));
  if (held.length !== readIds.length) setReadIds(held);
  const confirm = (id: string) => setReadIds((ids) => [...new Set([...ids, id])]);

  const open = notices
    .filter(({ id }) => !held.includes(id))
    .sort((a, b) => URGENCY[a.kind] - URGENCY[b.kind])[0];
  const passing = open !== undefined && open.kind !== "problem" ? open.id : null;
  useEffect(() => {
    if (passing === null) return undefined;
    const timer = setTimeout(() => setReadIds((ids) => [...ids, passing]), READ_AFTER_MS);
    return () => clearTimeout(timer);
  }, [passing]);

  return { open, read: notices.filter(({ id }) => held.includes(id)), confirm };
}
