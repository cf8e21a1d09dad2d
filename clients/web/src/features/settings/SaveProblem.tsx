import { useTranslation } from "react-i18next";

import { thrownText } from "@/shared/errors/error-text";
import { Notice } from "@/shared/ui/Notice";

/** Says that a change was not kept, and why. */
export function SaveProblem({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (error === null) return null;
  return (
    <Notice kind="problem" announce>
      {`${t("settings.saveFailed")} ${thrownText(t, error)}`}
    </Notice>
  );
}
