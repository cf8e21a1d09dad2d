import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Conversation } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { ConfirmDialog } from "@/shared/ui/Dialog";

import { useOrganise } from "./use-organise";

interface DeleteForGoodProps {
  conversation: Conversation;
  title: string;
}

export function DeleteForGood({ conversation, title }: DeleteForGoodProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { remove } = useOrganise(conversation.id);
  return (
    <>
      <Button kind="danger" icon="trash" onClick={() => setAsking(true)}>
        {t("history.deleteForGood")}
      </Button>
      {asking && (
        <ConfirmDialog
          title={t("history.deleteTitle")}
          text={t("history.deleteText", { title })}
          confirm={t("history.deleteForGood")}
          busy={remove.isPending}
          problem={remove.error ? thrownText(t, remove.error) : null}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
