import { useState } from "react";
import { useTranslation } from "react-i18next";

import { changeLanguage, deviceLanguage } from "@/shared/i18n/setup";
import { usePreferences, usePreferencesStore } from "@/shared/preferences/context";
import type { Preferences } from "@/shared/preferences/preferences";
import { useServices } from "@/shared/services/context";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { Choice, Toggle } from "@/shared/ui/Choice";
import { Screen } from "@/shared/ui/Screen";
import { TextField } from "@/shared/ui/TextField";

import { NoticeCard } from "./NoticeCard";

interface Props {
  onSignOut: () => void;
  onInvite: () => void;
}

/** Choices of this phone. */
export function SettingsScreen({ onSignOut, onInvite }: Props) {
  const { t } = useTranslation();
  const store = usePreferencesStore();
  const preferences = usePreferences();
  const services = useServices();
  const { signedIn } = services;
  const change = (part: Partial<Preferences>): void => {
    void store.change(part).then(() => services.kick());
  };
  return (
    <Screen>
      <AppText kind="title">{t("settings.title")}</AppText>
      <Card>
        <Choice
          label={t("settings.language")}
          options={[
            { value: "ko", label: "한국어" },
            { value: "en", label: "English" },
          ]}
          value={preferences.uiLanguage ?? deviceLanguage()}
          onChange={(uiLanguage) => {
            changeLanguage(uiLanguage);
            change({ uiLanguage });
          }}
        />
        <Choice
          label={t("settings.textSize")}
          options={[
            { value: 1, label: t("settings.textSizes.normal") },
            { value: 1.25, label: t("settings.textSizes.large") },
            { value: 1.5, label: t("settings.textSizes.larger") },
            { value: 2, label: t("settings.textSizes.huge") },
          ]}
          value={preferences.textScale}
          onChange={(textScale) => change({ textScale })}
        />
      </Card>
      <SendingCard preferences={preferences} change={change} />
      <VibrationCard preferences={preferences} change={change} />
      <NoticeCard />
      <Card>
        <AppText kind="heading">{t("settings.account")}</AppText>
        <AppText>
          {t("settings.signedInAs", { email: signedIn.email, server: signedIn.server })}
        </AppText>
        <Button label={t("settings.invite")} onPress={onInvite} />
        <AppText kind="small" muted>
          {t("settings.signOutHint")}
        </AppText>
        <Button label={t("settings.signOut")} onPress={onSignOut} />
      </Card>
    </Screen>
  );
}

interface CardProps {
  preferences: Preferences;
  change: (part: Partial<Preferences>) => void;
}

function SendingCard({ preferences, change }: CardProps) {
  const { t } = useTranslation();
  return (
    <Card>
      <AppText kind="heading">{t("settings.recording")}</AppText>
      <Toggle
        label={t("settings.wifiOnly")}
        hint={t("settings.wifiOnlyHint")}
        value={preferences.wifiOnly}
        onChange={(wifiOnly) => change({ wifiOnly })}
      />
      <Toggle
        label={t("settings.keepAwake")}
        value={preferences.keepAwake}
        onChange={(keepAwake) => change({ keepAwake })}
      />
      <Choice
        label={t("settings.drop")}
        options={[
          { value: "whenCaptioned", label: t("settings.drops.whenCaptioned") },
          { value: "whenSafe", label: t("settings.drops.whenSafe") },
          { value: "never", label: t("settings.drops.never") },
        ]}
        value={preferences.dropRule}
        onChange={(dropRule) => change({ dropRule })}
      />
    </Card>
  );
}

function VibrationCard({ preferences, change }: CardProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState(preferences.keywords.join(", "));
  const keep = (): void => {
    const keywords = words.split(",").map((word) => word.trim());
    change({ keywords: keywords.filter((word) => word !== "") });
  };
  return (
    <Card>
      <AppText kind="heading">{t("settings.vibration")}</AppText>
      <Toggle
        label={t("settings.vibrateOnSpeaker")}
        value={preferences.vibrateOnSpeaker}
        onChange={(vibrateOnSpeaker) => change({ vibrateOnSpeaker })}
      />
      <Toggle
        label={t("settings.vibrateOnKeyword")}
        value={preferences.vibrateOnKeyword}
        onChange={(vibrateOnKeyword) => change({ vibrateOnKeyword })}
      />
      {preferences.vibrateOnKeyword && (
        <TextField
          label={t("settings.keywords")}
          hint={t("settings.keywordsHint")}
          value={words}
          onChangeText={setWords}
          onEndEditing={keep}
        />
      )}
      <Toggle
        label={t("settings.vibrateOnEmotion")}
        value={preferences.vibrateOnEmotion}
        onChange={(vibrateOnEmotion) => change({ vibrateOnEmotion })}
      />
    </Card>
  );
}
