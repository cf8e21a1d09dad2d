import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { editsQuery, redoEdit, renameSpeakers, undoEdit } from "@/shared/api/edits";
import { queryKeys } from "@/shared/api/query-keys";
import type { Edit, EditResult, Utterance } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { useLibraryStore } from "@/shared/library/context";
import { formatMoment } from "@/shared/time/format";
import { Button } from "@/shared/ui/Button";

function useRun() {
  const queries = useQueryClient();
  const library = useLibraryStore();
  const [problem, setProblem] = useState<unknown>(null);
  const [done, setDone] = useState<Edit | null>(null);
  const run = async (edit: () => Promise<EditResult>) => {
    try {
      const { edit: made, utterances, deleted_utterance_ids } = await edit();
      const revision = Math.max(0, ...utterances.map((line) => line.revision));
      library.removeUtterances(deleted_utterance_ids, revision);
      library.putUtterances(utterances);
      setProblem(null);
      setDone(made);
    } catch (error) {
      setProblem(error);
      setDone(null);
    }
    await queries.invalidateQueries({ queryKey: queryKeys.history });
  };
  return { run, problem, done };
}

interface SpeakerNamesProps {
  conversationId: string;
  utterances: readonly Utterance[];
}

/** A field for each speaker; one name for two makes them one. */
export function SpeakerNames({ conversationId, utterances }: SpeakerNamesProps) {
  const { t } = useTranslation();
  const { run, problem, done } = useRun();
  const speakers = [...new Set(utterances.map(({ speaker }) => speaker))];
  if (speakers.length === 0) return null;
  return (
    <details>
      <summary>{t("editing.speakers")}</summary>
      <p className="field-hint">{t("editing.renameHint")}</p>
      {speakers.map((speaker) => (
        <SpeakerName
          key={speaker ?? ""}
          speaker={speaker}
          onRename={(name) => void run(() => renameSpeakers(conversationId, [speaker], name))}
        />
      ))}
      <p role="status">{done !== null && t(`editing.done.${done.kind}`)}</p>
      {problem !== null && (
        <p className="field-problem" role="alert">
          {thrownText(t, problem)}
        </p>
      )}
    </details>
  );
}

interface SpeakerNameProps {
  speaker: string | null;
  onRename: (name: string) => void;
}

function SpeakerName({ speaker, onRename }: SpeakerNameProps) {
  const { t } = useTranslation();
  const id = useId();
  const [name, setName] = useState(speaker ?? "");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onRename(name.trim());
  };
  return (
    <form className="field" onSubmit={submit}>
      <label htmlFor={id}>{t("editing.rename", { name: speaker ?? t("editing.nobody") })}</label>
      <div className="field-row">
        <input
          id={id}
          value={name}
          maxLength={64}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit">{t("editing.save")}</Button>
      </div>
    </form>
  );
}

/** Every edit with its author and time; each can be undone. */
export function EditLog({ conversationId }: { conversationId: string }) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const edits = useQuery({ ...editsQuery(conversationId), enabled: open });
  const { run, problem } = useRun();
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("editing.log")}</summary>
      {edits.data?.length === 0 && <p className="muted">{t("editing.logEmpty")}</p>}
      {problem !== null && (
        <p className="field-problem" role="alert">
          {thrownText(t, problem)}
        </p>
      )}
      <ol className="edit-log">
        {(edits.data ?? []).map((edit) => (
          <li key={edit.id}>
            <p>
              {t(`editing.done.${edit.kind}`)} {summary(edit)}
            </p>
            <p className="card-facts">
              {edit.author} · {formatMoment(edit.created_at, i18n.language)}
            </p>
            {edit.superseded_at === null && (
              <Button
                onClick={() => void run(() => (edit.undone_at ? redoEdit : undoEdit)(edit.id))}
              >
                {t(edit.undone_at ? "editing.redo" : "editing.undo")}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}

/** “before” → “after” of its first line. */
function summary({ changes }: Edit): string {
  const [first] = changes;
  const before = first?.before?.text ?? first?.before?.speaker;
  const after = first?.after?.text ?? first?.after?.speaker;
  return before && after ? `“${before}” → “${after}”` : "";
}
