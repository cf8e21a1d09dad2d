import { useTranslation } from "react-i18next";

import type { Conversation } from "@/shared/api/types";
import { Button } from "@/shared/ui/Button";

import { useOrganise } from "./use-organise";

/** Pin, archive and trash. */
export function ConversationTools({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { update, trash } = useOrganise(conversation.id);
  const { pinned } = conversation;
  const archived = conversation.archived_at !== null;
  return (
    <>
      <Button
        icon="pin"
        disabled={update.isPending}
        onClick={() => update.mutate({ pinned: !pinned })}
      >
        {t(pinned ? "history.unpin" : "history.pin")}
      </Button>
      <Button disabled={update.isPending} onClick={() => update.mutate({ archived: !archived })}>
        {t(archived ? "history.fromArchive" : "history.toArchive")}
      </Button>
      <Button icon="trash" disabled={trash.isPending} onClick={() => trash.mutate()}>
        {t("history.toTrash")}
      </Button>
    </>
  );
}

/** Shown in place of a conversation that was just moved to the trash. */
export function TrashedNotice({ id, title }: { id: string; title: string }) {
  const { t } = useTranslation();
  const { restore } = useOrganise(id);
  return (
    <div className="empty" role="status">
      <p>{t("history.trashed", { title })}</p>
      <Button icon="back" disabled={restore.isPending} onClick={() => restore.mutate()}>
        {t("history.undo")}
      </Button>
    </div>
  );
}
