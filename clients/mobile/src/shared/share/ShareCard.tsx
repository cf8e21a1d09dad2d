import { useState } from "react";
import { useTranslation } from "react-i18next";
import { StyleSheet, View } from "react-native";

import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { Notice } from "@/shared/ui/Notice";
import { QrCode } from "@/shared/ui/QrCode";

import { shareText } from "./share-text";

interface Props {
  url: string;
  /** What can be typed instead. */
  code: string;
  qrLabel: string;
}

/** A link in the three ways in which it gets to somebody: scanned, sent, or read out. */
export function ShareCard({ url, code, qrLabel }: Props) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const send = async (): Promise<void> => setCopied((await shareText(url)) === "copied");
  return (
    <Card>
      <View style={styles.centred}>
        <QrCode text={url} label={qrLabel} size={240} />
      </View>
      <AppText kind="caption" selectable>
        {code}
      </AppText>
      <AppText kind="small" muted selectable>
        {url}
      </AppText>
      <Button kind="primary" label={t("sharing.send")} onPress={() => void send()} />
      {copied && <Notice kind="calm" text={t("sharing.copied")} />}
    </Card>
  );
}

const styles = StyleSheet.create({ centred: { alignItems: "center" } });
