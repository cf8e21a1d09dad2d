import { useCallback, useState } from "react";

import { redoEdit, undoEdit } from "@/shared/api/edits";
import { ApiProblem } from "@/shared/api/problem";
import type { Edit, EditResult, Utterance } from "@/shared/api/types";
import { useLibraryStore } from "@/shared/library/context";

export interface Edits {
  /** The last edit, undone or not; null before the first. */
  last: Edit | null;
  problem: unknown;
  /** Carries out an edit and shows what it did; resolves to whether it was carried out. */
  run: (edit: () => Promise<EditResult>) => Promise<boolean>;
  undo: () => void;
  redo: () => void;
}

/** Edits of this page: what they did goes into the library at once, and the last can be undone. */
export function useEdits(): Edits {
  const library = useLibraryStore();
  const [last, setLast] = useState<Edit | null>(null);
  const [problem, setProblem] = useState<unknown>(null);

  const run = useCallback(
    async (edit: () => Promise<EditResult>) => {
      try {
        const result = await edit();
        const revision = Math.max(0, ...result.utterances.map((line) => line.revision));
        library.removeUtterances(result.deleted_utterance_ids, revision);
        library.putUtterances(result.utterances);
        if (result.edit) setLast(result.edit);
        setProblem(null);
        return true;
      } catch (error) {
        const newer = newerUtterance(error);
        if (newer) library.putUtterances([newer]);
        setProblem(error);
        return false;
      }
    },
    [library],
  );
  const undo = useCallback(() => {
    if (last) void run(() => undoEdit(last.id));
  }, [last, run]);
  const redo = useCallback(() => {
    if (last) void run(() => redoEdit(last.id));
  }, [last, run]);
  return { last, problem, run, undo, redo };
}

/** What the server has, where it refused an edit of something older. */
export function newerUtterance(error: unknown): Utterance | null {
  if (!(error instanceof ApiProblem) || error.code !== "utterance_changed") return null;
  return (error.data.utterance as Utterance | undefined) ?? null;
}
