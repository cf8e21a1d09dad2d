import { useTranslation } from "react-i18next";

import { AppText } from "@/shared/ui/AppText";
import { Screen } from "@/shared/ui/Screen";

export default function HomeRoute() {
  const { t } = useTranslation();
  return (
    <Screen>
      <AppText kind="title">{t("app.name")}</AppText>
      <AppText>{t("app.tagline")}</AppText>
    </Screen>
  );
}
