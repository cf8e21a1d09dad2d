import { useTranslation } from "react-i18next";

import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";

import type { Edits } from "./use-edits";

/** Says what was changed last, and takes it back or does it again. */
export function EditBar({ edits }: { edits: Edits }) {
  const { t } = useTranslation();
  const { last, problem } = edits;
  if (last === null) return null;
  const isUndone = last.undone_at !== null;
  return (
    <div className="edit-bar" role="status">
      <span>{t(isUndone ? "editing.undone" : `editing.done.${last.kind}`)}</span>
      {isUndone ? (
        <Button icon="retry" onClick={edits.redo}>
          {t("editing.redo")}
        </Button>
      ) : (
        <Button icon="back" onClick={edits.undo}>
          {t("editing.undo")}
        </Button>
      )}
      {problem !== null && <span className="field-problem">{thrownText(t, problem)}</span>}
    </div>
  );
}
