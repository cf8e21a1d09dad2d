import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Modal, ScrollView, StyleSheet, View } from "react-native";

import { bodyOf } from "@/shared/api/client";
import { thrownText } from "@/shared/errors/error-text";
import { useServices } from "@/shared/services/context";
import { ShareCard } from "@/shared/share/ShareCard";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { RADIUS, SPACE, usePalette } from "@/shared/ui/theme";

interface Props {
  streamId: string;
  onClose: () => void;
}

/** A code by which another device reads along while the talk runs. Each opening makes a new one and ends the last. */
export function LiveShare({ streamId, onClose }: Props) {
  const { t } = useTranslation();
  const palette = usePalette();
  const { api, signedIn } = useServices();
  const [code, setCode] = useState<string | null>(null);
  const [failure, setFailure] = useState<{ error: unknown } | null>(null);
  const params = { path: { stream_id: streamId } };

  useEffect(() => {
    let isShown = true;
    api
      .POST("/api/v1/live/{stream_id}/share", { params: { path: { stream_id: streamId } } })
      .then((answer) => isShown && setCode(bodyOf(answer).code))
      .catch((error: unknown) => isShown && setFailure({ error }));
    return () => {
      isShown = false;
    };
  }, [api, streamId]);

  const end = async (): Promise<void> => {
    try {
      await api.DELETE("/api/v1/live/{stream_id}/share", { params });
      onClose();
    } catch (error) {
      setFailure({ error });
    }
  };

  return (
    <Modal
      transparent
      animationType="fade"
      onRequestClose={onClose}
      supportedOrientations={["portrait", "landscape"]}
    >
      <View style={styles.shade}>
        <View
          role="dialog"
          aria-modal
          accessibilityLabel={t("live.shareTitle")}
          style={[styles.sheet, { backgroundColor: palette.page }]}
        >
          <ScrollView contentContainerStyle={styles.content}>
            <AppText kind="heading">{t("live.shareTitle")}</AppText>
            <AppText>{t("live.shareText")}</AppText>
            {code !== null && (
              // The address that this phone uses is one that reaches the server.
              <ShareCard
                url={`${signedIn.server}/watch#${code}`}
                code={code}
                qrLabel={t("live.shareQr")}
              />
            )}
            {failure !== null && <Notice kind="danger" text={thrownText(t, failure.error)} />}
            {code !== null && (
              <Button kind="danger" label={t("live.shareEnd")} onPress={() => void end()} />
            )}
            <Button label={t("app.close")} onPress={onClose} />
          </ScrollView>
        </View>
      </View>
    </Modal>
  );
}

const styles = StyleSheet.create({
  shade: {
    flex: 1,
    justifyContent: "center",
    alignItems: "center",
    backgroundColor: "rgba(0, 0, 0, 0.6)",
    padding: SPACE.l,
  },
  sheet: { width: "100%", maxWidth: 520, maxHeight: "94%", borderRadius: RADIUS },
  content: { padding: SPACE.l, gap: SPACE.m },
});
