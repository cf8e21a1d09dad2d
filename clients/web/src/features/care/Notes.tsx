import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useAddNote, useDeleteNote, useNotes } from "@/shared/api/care/people";
import type { Person } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { formatMoment } from "@/shared/time/format";
import { Button, IconButton } from "@/shared/ui/Button";

export function Notes({ person }: { person: Person }) {
  const { t, i18n } = useTranslation();
  const { data } = useNotes(person.id);
  const add = useAddNote(person.id);
  const remove = useDeleteNote(person.id);
  const [text, setText] = useState("");
  const id = useId();
  const error = add.error ?? remove.error;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim()) add.mutate(text.trim(), { onSuccess: () => setText("") });
  };
  return (
    <section className="care-section" aria-labelledby="care-notes">
      <h2 id="care-notes">{t("care.notes")}</h2>
      <p className="field-hint">{t("care.notesHint", { name: person.name })}</p>
      <form onSubmit={submit}>
        <div className="field">
          <label htmlFor={id}>{t("care.note")}</label>
          <textarea
            id={id}
            rows={3}
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        {error && (
          <p className="field-problem" role="alert">
            {thrownText(t, error)}
          </p>
        )}
        <Button type="submit" disabled={add.isPending || text.trim() === ""}>
          {t("care.addNote")}
        </Button>
      </form>
      {data?.length === 0 && <p className="muted">{t("care.noNotes")}</p>}
      <ul className="care-notes">
        {data?.map((note) => (
          <li key={note.id}>
            <div>
              <p>{note.text}</p>
              <p className="muted">{formatMoment(note.created_at, i18n.language)}</p>
            </div>
            <IconButton
              icon="trash"
              label={t("care.deleteNote")}
              onClick={() => remove.mutate(note.id)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
