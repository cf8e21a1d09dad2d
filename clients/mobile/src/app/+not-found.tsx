import { router } from "expo-router";
import { useTranslation } from "react-i18next";

import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Screen } from "@/shared/ui/Screen";

export default function NotFoundRoute() {
  const { t } = useTranslation();
  return (
    <Screen>
      <AppText kind="heading">{t("app.notFound")}</AppText>
      <Button kind="primary" label={t("app.home")} onPress={() => router.replace("/")} />
    </Screen>
  );
}
