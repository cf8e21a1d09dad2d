import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Share, View } from "react-native";

import { bodyOf } from "@/shared/api/client";
import type { CareScope, Invitation } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { useServices } from "@/shared/services/context";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { Choice } from "@/shared/ui/Choice";
import { Notice } from "@/shared/ui/Notice";
import { Screen } from "@/shared/ui/Screen";
import { TextField } from "@/shared/ui/TextField";

import { QrCode } from "@/shared/ui/QrCode";

/** Each level shows what the one before it shows, and one thing more. */
const SCOPES: Record<CareScope, CareScope[]> = {
  timeline: ["timeline"],
  transcript: ["timeline", "transcript"],
  audio: ["timeline", "transcript", "audio"],
};

/** The owner says what a caregiver may see, and lets them scan a code. It is ended on the server's pages. */
export function InviteScreen() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [name, setName] = useState("");
  const [level, setLevel] = useState<CareScope>("timeline");
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const [failure, setFailure] = useState<{ error: unknown } | null>(null);

  const invite = async (): Promise<void> => {
    setFailure(null);
    try {
      const body = { caregiver_name: name.trim(), scopes: SCOPES[level] };
      setInvitation(bodyOf(await api.POST("/api/v1/care/links", { body })));
    } catch (error) {
      setFailure({ error });
    }
  };

  if (invitation !== null) return <Invited invitation={invitation} />;
  return (
    <Screen>
      <AppText>{t("care.explain")}</AppText>
      <TextField label={t("care.name")} value={name} onChangeText={setName} />
      <Choice
        label={t("care.sees")}
        options={[
          { value: "timeline", label: t("care.scopes.timeline") },
          { value: "transcript", label: t("care.scopes.transcript") },
          { value: "audio", label: t("care.scopes.audio") },
        ]}
        value={level}
        onChange={setLevel}
      />
      {failure !== null && <Notice kind="danger" text={thrownText(t, failure.error)} />}
      <Button kind="primary" label={t("care.invite")} onPress={() => void invite()} />
    </Screen>
  );
}

function Invited({ invitation: { url, code } }: { invitation: Invitation }) {
  const { t } = useTranslation();
  return (
    <Screen>
      <AppText>{t("care.scan")}</AppText>
      {url !== null && (
        <Card>
          <View style={{ alignItems: "center" }}>
            <QrCode text={url} label={t("care.qrLabel")} size={260} />
          </View>
          <AppText kind="caption" selectable>
            {code}
          </AppText>
          <Button
            label={t("care.send")}
            onPress={() => void Share.share({ message: url }).catch(() => undefined)}
          />
        </Card>
      )}
      <AppText kind="small" muted>
        {t("care.endHint")}
      </AppText>
    </Screen>
  );
}
