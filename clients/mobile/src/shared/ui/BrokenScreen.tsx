import { useTranslation } from "react-i18next";

import { Button } from "./Button";
import { Notice } from "./Notice";
import { Screen } from "./Screen";

/** A screen that failed. The recorder and the queue are not part of any screen: they go on. */
export function BrokenScreen({ retry }: { retry: () => Promise<void> }) {
  const { t } = useTranslation();
  return (
    <Screen>
      <Notice kind="danger" text={t("app.broken")} />
      <Button label={t("app.tryAgain")} onPress={() => void retry()} />
    </Screen>
  );
}
