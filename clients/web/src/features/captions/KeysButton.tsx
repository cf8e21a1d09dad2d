import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";

const KEYS = [
  ["↓ / J", "next"],
  ["↑ / K", "previous"],
  ["Enter", "play"],
  ["→", "nextWord"],
  ["←", "previousWord"],
  ["P", "toggle"],
  ["E", "edit"],
  ["U", "undo"],
  ["Ctrl + Enter", "save"],
  ["Esc", "close"],
] as const;

/** The keys that work in the list of lines. */
export function KeysButton() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="quiet" icon="info" onClick={() => setOpen(true)}>
        {t("editing.keys.title")}
      </Button>
      {open && (
        <Dialog title={t("editing.keys.title")} onClose={() => setOpen(false)}>
          <p>{t("editing.keys.hint")}</p>
          <dl className="keys">
            {KEYS.map(([key, name]) => (
              <div key={name}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{t(`editing.keys.${name}`)}</dd>
              </div>
            ))}
          </dl>
          <div className="dialog-actions">
            <Button kind="primary" autoFocus onClick={() => setOpen(false)}>
              {t("app.close")}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
