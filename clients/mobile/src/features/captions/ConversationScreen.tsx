import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { StyleSheet, View } from "react-native";

import { bodyOf } from "@/shared/api/client";
import { ApiProblem } from "@/shared/api/problem";
import { thrownText } from "@/shared/errors/error-text";
import { loadConversation } from "@/shared/library/load-conversation";
import { useNews, useServices } from "@/shared/services/context";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { SPACE, usePalette } from "@/shared/ui/theme";

import { Captions } from "./Captions";

interface Props {
  conversationId: string;
  /** What it is called now, also when that was changed elsewhere; empty: it has no name. */
  onTitle: (title: string) => void;
  onShare: () => void;
}

type State = "loading" | "loaded" | "gone" | { failed: unknown };

/** One conversation of the history: read over REST, kept fresh by what is pushed. */
export function ConversationScreen({ conversationId, onTitle, onShare }: Props) {
  const { t } = useTranslation();
  const palette = usePalette();
  const { state, tryAgain } = useConversation(conversationId, onTitle);
  return (
    <View style={[styles.page, { backgroundColor: palette.page }]}>
      <AppText kind="small" muted>
        {t("captions.notice")}
      </AppText>
      {state === "loading" && <AppText muted>{t("app.loading")}</AppText>}
      {typeof state === "object" && (
        <Notice kind="warning" text={thrownText(t, state.failed)}>
          <Button label={t("app.tryAgain")} onPress={tryAgain} />
        </Notice>
      )}
      {state === "gone" ? (
        <Notice kind="calm" text={t("captions.gone")} />
      ) : (
        <>
          <Captions conversationId={conversationId} follow={false} />
          <Button label={t("sharing.open")} onPress={onShare} />
        </>
      )}
    </View>
  );
}

/** Read anew whenever something of it may have changed: its name, or that it is still there. */
function useConversation(conversationId: string, onTitle: Props["onTitle"]) {
  const { api, library } = useServices();
  const news = useNews();
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<State>("loading");

  useEffect(() => {
    let isShown = true;
    const params = { path: { conversation_id: conversationId } };
    api
      .GET("/api/v1/conversations/{conversation_id}", { params })
      .then((answer) => {
        const { title, trashed_at } = bodyOf(answer);
        if (isShown) onTitle(title);
        if (isShown && trashed_at !== null) setState("gone");
      })
      .catch((error: unknown) => {
        if (isShown && error instanceof ApiProblem && error.status === 404) setState("gone");
      });
    return () => {
      isShown = false;
    };
  }, [api, conversationId, news, onTitle]);

  useEffect(() => {
    let isShown = true;
    loadConversation(api, library, conversationId)
      .then(() => isShown && setState((before) => (before === "gone" ? before : "loaded")))
      .catch((error: unknown) => isShown && setState({ failed: error }));
    return () => {
      isShown = false;
    };
  }, [api, library, conversationId, tries]);

  return { state, tryAgain: () => setTries(tries + 1) };
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
