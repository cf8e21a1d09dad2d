import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Modal, Pressable, ScrollView, StyleSheet, View } from "react-native";

import { ApiProblem } from "@/shared/api/problem";
import type { EmotionLabel, Utterance } from "@/shared/api/types";
import { EmotionIcon } from "@/shared/emotion/EmotionIcon";
import { EMOTION_LABELS, shownEmotion } from "@/shared/emotion/shown-emotion";
import { thrownText } from "@/shared/errors/error-text";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { RADIUS, SPACE, TARGET, usePalette } from "@/shared/ui/theme";

interface Props {
  utterance: Utterance;
  /** Rejects with an `ApiProblem`. */
  onCorrect: (emotion: EmotionLabel) => Promise<void>;
  onClose: () => void;
}

/** How it sounded to the person who was there. */
export function EmotionSheet({ utterance, onCorrect, onClose }: Props) {
  const { t } = useTranslation();
  const palette = usePalette();
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const shown = shownEmotion(utterance.emotion);

  const choose = async (label: EmotionLabel): Promise<void> => {
    try {
      await onCorrect(label);
      onClose();
    } catch (error) {
      setProblem(
        error instanceof ApiProblem ? error : new ApiProblem(0, { code: "unknown", detail: "" }),
      );
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
          accessibilityLabel={t("captions.correctTitle")}
          style={[styles.sheet, { backgroundColor: palette.surface }]}
        >
          <ScrollView contentContainerStyle={styles.content}>
            <AppText kind="heading">{t("captions.correctTitle")}</AppText>
            <AppText kind="caption">{utterance.text || t("captions.speechUnwritten")}</AppText>
            <View role="radiogroup" style={styles.labels}>
              {EMOTION_LABELS.map((label) => (
                <Pressable
                  key={label}
                  role="radio"
                  aria-checked={shown === label}
                  accessibilityLabel={t(`emotion.sounds.${label}`)}
                  onPress={() => void choose(label)}
                  style={[
                    styles.label,
                    {
                      borderColor: shown === label ? palette.accent : palette.border,
                      backgroundColor: shown === label ? palette.accentSoft : palette.surface,
                    },
                  ]}
                >
                  <EmotionIcon emotion={label} color={palette[label]} size={24} />
                  <AppText color={palette[label]} bold>
                    {t(`emotion.sounds.${label}`)}
                  </AppText>
                </Pressable>
              ))}
            </View>
            {problem !== null && <Notice kind="danger" text={thrownText(t, problem)} />}
            <Button label={t("app.cancel")} onPress={onClose} />
          </ScrollView>
        </View>
      </View>
    </Modal>
  );
}

const styles = StyleSheet.create({
  shade: { flex: 1, backgroundColor: "rgba(0, 0, 0, 0.6)", justifyContent: "flex-end" },
  sheet: { borderTopLeftRadius: RADIUS, borderTopRightRadius: RADIUS, maxHeight: "90%" },
  content: { padding: SPACE.l, gap: SPACE.m, maxWidth: 720, width: "100%", alignSelf: "center" },
  labels: { gap: SPACE.s },
  label: {
    minHeight: TARGET,
    flexDirection: "row",
    alignItems: "center",
    gap: SPACE.m,
    borderWidth: 2,
    borderRadius: RADIUS,
    paddingHorizontal: SPACE.m,
  },
});
