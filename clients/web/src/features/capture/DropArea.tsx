import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/shared/ui/Button";
import { Icon } from "@/shared/ui/Icon";
import { Notice } from "@/shared/ui/Notice";

import { useCapture } from "./context";
import { isMediaFile } from "./media-files";

import "./capture.css";

interface DropAreaProps {
  onAdded: () => void;
}

/** Files can be dropped anywhere on the page. Without files being dragged it shows nothing. */
export function DropArea({ onAdded }: DropAreaProps) {
  const { t } = useTranslation();
  const capture = useCapture();
  const [dragging, setDragging] = useState(false);
  const [refused, setRefused] = useState<readonly string[]>([]);

  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setDragging(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setDragging(false);
    };
    const drop = (event: DragEvent) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      setDragging(false);
      const media = files.filter(isMediaFile);
      setRefused(files.filter((file) => !isMediaFile(file)).map(({ name }) => name));
      capture.addFiles(media);
      if (media.length > 0) onAdded();
    };
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, [capture, onAdded]);

  return (
    <>
      {dragging && (
        <div className="drop-area" aria-hidden="true">
          <Icon name="upload" />
          <strong>{t("capture.dropHere")}</strong>
          <span>{t("capture.dropHint")}</span>
        </div>
      )}
      {refused.length > 0 && (
        <div className="toast">
          <Notice kind="problem" announce>
            {refused.map((name) => (
              <p key={name}>{t("capture.notMedia", { name })}</p>
            ))}
            <Button onClick={() => setRefused([])}>{t("app.close")}</Button>
          </Notice>
        </div>
      )}
    </>
  );
}
