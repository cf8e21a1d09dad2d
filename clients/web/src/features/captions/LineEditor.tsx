import { useId, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { correctUtterance, mergeUtterances, splitUtterance } from "@/shared/api/edits";
import type { Correction } from "@/shared/api/edits";
import type { EditResult, EmotionLabel, Utterance } from "@/shared/api/types";
import { EMOTION_LABELS } from "@/shared/emotion/shown-emotion";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import type { Edits } from "./use-edits";

interface LineEditorProps {
  utterance: Utterance;
  next: Utterance | undefined;
  showEmotion: boolean;
  edits: Edits;
  onClose: () => void;
}

/** What a person has said it sounds like; null: what the machine heard holds. */
function correctedLabel({ emotion }: Utterance): EmotionLabel | null {
  return emotion?.machine ? emotion.label : null;
}

/** Words, speaker and emotion of one line; splitting it at the cursor, joining it with the next. */
export function LineEditor({ utterance, next, showEmotion, edits, onClose }: LineEditorProps) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(utterance.text);
  const [speaker, setSpeaker] = useState(utterance.speaker ?? "");
  const [emotion, setEmotion] = useState(correctedLabel(utterance));
  const [busy, setBusy] = useState(false);
  // What the person saw: when somebody else changes the line meanwhile, the server says so.
  const [seen, setSeen] = useState(utterance);
  const changes: Correction[] = [];
  if (speaker.trim() !== (seen.speaker ?? "")) changes.push({ speaker: speaker.trim() || null });
  if (emotion !== correctedLabel(seen)) changes.push({ emotion });
  if (text !== seen.text) changes.push({ text });
  const wasChanged =
    utterance.text !== seen.text ||
    changes.some(
      (change) =>
        ("speaker" in change && utterance.speaker !== seen.speaker) ||
        ("emotion" in change && correctedLabel(utterance) !== correctedLabel(seen)),
    );
  // What somebody else changed beside it is no reason to refuse.
  const current = wasChanged ? seen : utterance;

  const run = async (edit: () => Promise<EditResult>) => {
    setBusy(true);
    const done = await edits.run(edit);
    setBusy(false);
    if (done) onClose();
  };
  const save = async () => {
    let at = current;
    let done = true;
    setBusy(true);
    for (const change of changes) {
      done &&= await edits.run(async () => {
        const result = await correctUtterance(at, change);
        at = result.utterances[0] ?? at;
        setSeen(at);
        return result;
      });
    }
    setBusy(false);
    if (done) onClose();
  };
  const split = () => {
    const caret = field.current?.selectionStart ?? 0;
    void run(() => splitUtterance(current, Array.from(text.slice(0, caret)).length));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (!busy && !wasChanged) void save();
    } else return;
    event.preventDefault();
  };

  return (
    <div className="line-editor" onKeyDown={onKeyDown}>
      {wasChanged && (
        <Notice kind="warning" announce title={t("editing.changedTitle")}>
          <p>{utterance.text}</p>
          <Button onClick={() => setSeen(utterance)}>{t("editing.keepMine")}</Button>
        </Notice>
      )}
      <div className="field">
        <label htmlFor={`${id}-text`}>{t("editing.words")}</label>
        <textarea
          id={`${id}-text`}
          ref={field}
          value={text}
          rows={2}
          maxLength={10_000}
          autoFocus
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-speaker`}>{t("editing.speaker")}</label>
        <input
          id={`${id}-speaker`}
          value={speaker}
          maxLength={64}
          onChange={(event) => setSpeaker(event.target.value)}
        />
      </div>
      {showEmotion && utterance.emotion !== null && (
        <div className="field">
          <label htmlFor={`${id}-emotion`}>{t("editing.emotion")}</label>
          <select
            id={`${id}-emotion`}
            value={emotion ?? ""}
            onChange={(event) => setEmotion((event.target.value || null) as EmotionLabel | null)}
          >
            <option value="">{t("editing.asHeard")}</option>
            {EMOTION_LABELS.map((label) => (
              <option key={label} value={label}>
                {t(`emotion.sounds.${label}`)}
              </option>
            ))}
          </select>
        </div>
      )}
      {edits.problem !== null && !wasChanged && (
        <p className="field-problem" role="alert">
          {thrownText(t, edits.problem)}
        </p>
      )}
      <div className="card-actions">
        <Button kind="primary" disabled={busy || wasChanged} onClick={() => void save()}>
          {t("editing.save")}
        </Button>
        <Button onClick={onClose}>{t("app.cancel")}</Button>
        <Button disabled={busy || changes.length > 0} onClick={split}>
          {t("editing.split")}
        </Button>
        {next && (
          <Button
            disabled={busy || changes.length > 0}
            onClick={() => void run(() => mergeUtterances(current, next))}
          >
            {t("editing.merge")}
          </Button>
        )}
      </div>
    </div>
  );
}
