import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

/** Reminds that others present should know. Goes for this recording when it is confirmed; a `key` makes the next. */
export function OthersNotice() {
  const { t } = useTranslation();
  const [isConfirmed, setConfirmed] = useState(false);
  if (isConfirmed) return null;
  return (
    <Notice kind="info">
      <p>{t("capture.othersText")}</p>
      <Button onClick={() => setConfirmed(true)}>{t("capture.othersConfirm")}</Button>
    </Notice>
  );
}
