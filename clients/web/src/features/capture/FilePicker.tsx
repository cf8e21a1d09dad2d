import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/shared/ui/Button";

import { useCapture } from "./context";
import { ACCEPTED_FILES } from "./media-files";

export function FilePicker() {
  const { t } = useTranslation();
  const capture = useCapture();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="file-picker">
      <Button icon="upload" onClick={() => input.current?.click()}>
        {t("capture.chooseFiles")}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={ACCEPTED_FILES}
        aria-label={t("capture.chooseFiles")}
        onChange={(event) => {
          capture.addFiles([...(event.target.files ?? [])]);
          // The same file can be chosen again.
          event.target.value = "";
        }}
      />
      <p className="file-hint">{t("capture.filesHint")}</p>
    </div>
  );
}
