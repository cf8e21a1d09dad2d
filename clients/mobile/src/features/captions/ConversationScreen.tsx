import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { StyleSheet, View } from "react-native";

import { thrownText } from "@/shared/errors/error-text";
import { loadConversation } from "@/shared/library/load-conversation";
import { useServices } from "@/shared/services/context";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { SPACE, usePalette } from "@/shared/ui/theme";

import { Captions } from "./Captions";

/** One conversation of the history: read over REST, kept fresh by what is pushed. */
export function ConversationScreen({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const palette = usePalette();
  const { api, library } = useServices();
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<"loading" | "loaded" | { failed: unknown }>("loading");

  useEffect(() => {
    let isShown = true;
    loadConversation(api, library, conversationId)
      .then(() => isShown && setState("loaded"))
      .catch((error: unknown) => isShown && setState({ failed: error }));
    return () => {
      isShown = false;
    };
  }, [api, library, conversationId, tries]);

  return (
    <View style={[styles.page, { backgroundColor: palette.page }]}>
      <AppText kind="small" muted>
        {t("captions.notice")}
      </AppText>
      {state === "loading" && <AppText muted>{t("app.loading")}</AppText>}
      {typeof state === "object" && (
        <Notice kind="warning" text={thrownText(t, state.failed)}>
          <Button label={t("app.tryAgain")} onPress={() => setTries(tries + 1)} />
        </Notice>
      )}
      <Captions conversationId={conversationId} follow={false} />
    </View>
  );
}

const styles = StyleSheet.create({
  page: {
    flex: 1,
    padding: SPACE.l,
    gap: SPACE.s,
    maxWidth: 760,
    width: "100%",
    alignSelf: "center",
  },
});
