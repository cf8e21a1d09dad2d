import { useId, useState } from "react";
import type { SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Conversation } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";

import { useOrganise } from "./use-organise";

/** Title, notes and tags, in a form that opens. */
export function ConversationDetails({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  return (
    <details className="conversation-details">
      <summary>{t("history.details")}</summary>
      <DetailsForm conversation={conversation} />
    </details>
  );
}

function DetailsForm({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const id = useId();
  const { update } = useOrganise(conversation.id);
  const [title, setTitle] = useState(conversation.title);
  const [notes, setNotes] = useState(conversation.notes);
  const [tags, setTags] = useState(conversation.tags.join(", "));
  const [revision, setRevision] = useState(conversation.revision);
  // Saved here, or changed on another device: what the server has is shown.
  if (revision !== conversation.revision) {
    setRevision(conversation.revision);
    setTitle(conversation.title);
    setNotes(conversation.notes);
    setTags(conversation.tags.join(", "));
  }
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const words = tags.split(",").map((tag) => tag.trim());
    update.mutate({ title, notes, tags: words.filter((tag) => tag !== "") });
  };
  return (
    <form onSubmit={submit}>
      <div className="field">
        <label htmlFor={`${id}-title`}>{t("history.titleField")}</label>
        <input
          id={`${id}-title`}
          value={title}
          maxLength={200}
          onChange={(event) => setTitle(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-notes`}>{t("history.notes")}</label>
        <textarea
          id={`${id}-notes`}
          value={notes}
          rows={4}
          maxLength={20_000}
          onChange={(event) => setNotes(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-tags`}>{t("history.tags")}</label>
        <input id={`${id}-tags`} value={tags} onChange={(event) => setTags(event.target.value)} />
      </div>
      <div className="card-actions">
        <Button kind="primary" type="submit" disabled={update.isPending}>
          {t("history.save")}
        </Button>
        <span role="status">{update.isSuccess ? t("history.saved") : ""}</span>
        {update.error && (
          <p className="field-problem" role="alert">
            {thrownText(t, update.error)}
          </p>
        )}
      </div>
    </form>
  );
}
