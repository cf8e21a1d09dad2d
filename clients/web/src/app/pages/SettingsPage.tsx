import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { NoticeSettings } from "@/features/notices/NoticeSettings";
import { WebhookSettings } from "@/features/notices/WebhookSettings";
import { AccountSettings } from "@/features/settings/AccountSettings";
import { CaptionSettings } from "@/features/settings/CaptionSettings";
import { DataSettings } from "@/features/settings/DataSettings";
import { DevicesSettings } from "@/features/settings/DevicesSettings";
import { DisplaySettings } from "@/features/settings/DisplaySettings";
import { EmotionSettings } from "@/features/settings/EmotionSettings";
import { PersonalSettings } from "@/features/settings/PersonalSettings";
import { SecuritySettings } from "@/features/settings/SecuritySettings";
import { VocabularySettings } from "@/features/settings/VocabularySettings";
import { RetentionSettings } from "@/features/settings/RetentionSettings";
import { Icon } from "@/shared/ui/Icon";
import { usePageTitle } from "@/shared/ui/use-page-title";

export function SettingsPage() {
  const { t } = useTranslation();
  usePageTitle(t("settings.title"));
  return (
    <div className="settings-page">
      <Link to="/" className="back-link">
        <Icon name="back" />
        {t("app.back")}
      </Link>
      <h1>{t("settings.title")}</h1>
      <CaptionSettings />
      <DisplaySettings />
      <PersonalSettings />
      <VocabularySettings />
      <EmotionSettings />
      <NoticeSettings />
      <RetentionSettings />
      <DataSettings />
      <SecuritySettings />
      <DevicesSettings />
      <WebhookSettings />
      <AccountSettings />
    </div>
  );
}
