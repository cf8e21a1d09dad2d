import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Pressable, StyleSheet } from "react-native";

import { bodyOf, cursorOf } from "@/shared/api/client";
import type { Api } from "@/shared/api/client";
import type { Conversation } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { useNews, useServices } from "@/shared/services/context";
import { formatMoment } from "@/shared/time/format";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";
import { Screen } from "@/shared/ui/Screen";
import { RADIUS, SPACE, TARGET, usePalette } from "@/shared/ui/theme";

interface Page {
  conversations: Conversation[];
  next: string | null;
  isLoading: boolean;
  failure: { error: unknown } | null;
}

const NOTHING: Page = { conversations: [], next: null, isLoading: true, failure: null };

interface Props {
  onOpen: (conversation: Conversation, title: string) => void;
  onTimeline: () => void;
}

/** All conversations, newest first, also those of other devices. */
export function HistoryScreen({ onOpen, onTimeline }: Props) {
  const { t } = useTranslation();
  const { page, loadMore, reload } = useConversations();
  return (
    <Screen>
      <AppText kind="title">{t("history.title")}</AppText>
      <Button label={t("history.timeline")} onPress={onTimeline} />
      <Button label={t("history.reload")} onPress={reload} />
      {page.failure !== null && <Notice kind="warning" text={thrownText(t, page.failure.error)} />}
      {page.isLoading && <AppText muted>{t("app.loading")}</AppText>}
      {!page.isLoading && page.failure === null && page.conversations.length === 0 && (
        <AppText muted>{t("history.empty")}</AppText>
      )}
      {page.conversations.map((conversation) => (
        <ConversationRow key={conversation.id} conversation={conversation} onOpen={onOpen} />
      ))}
      {page.next !== null && <Button label={t("history.more")} onPress={loadMore} />}
    </Screen>
  );
}

function ConversationRow({
  conversation,
  onOpen,
}: {
  conversation: Conversation;
  onOpen: (conversation: Conversation, title: string) => void;
}) {
  const { t, i18n } = useTranslation();
  const palette = usePalette();
  const moment = formatMoment(conversation.created_at, i18n.language);
  const title = conversation.title || t("history.untitled", { moment });
  return (
    <Pressable
      role="link"
      accessibilityLabel={title}
      onPress={() => onOpen(conversation, title)}
      style={[styles.row, { backgroundColor: palette.surface, borderColor: palette.border }]}
    >
      <AppText bold>{title}</AppText>
      <AppText kind="small" muted>
        {t("history.facts", { moment, count: conversation.recording_count })}
      </AppText>
    </Pressable>
  );
}

function useConversations() {
  const { api } = useServices();
  const news = useNews();
  const [page, setPage] = useState<Page>(NOTHING);
  const shown = useRef(0);

  /** From the beginning on, at least as many as are shown now. */
  const reload = useCallback(async (): Promise<void> => {
    try {
      const found: Conversation[] = [];
      let cursor: string | null = null;
      do {
        const body: ConversationPage = await readPage(api, cursor);
        found.push(...body.conversations);
        cursor = body.next;
      } while (cursor !== null && found.length < shown.current);
      shown.current = found.length;
      setPage({ conversations: found, next: cursor, isLoading: false, failure: null });
    } catch (error) {
      setPage((before) => ({ ...before, isLoading: false, failure: { error } }));
    }
  }, [api]);

  useEffect(() => {
    void reload();
  }, [reload, news]);

  const loadMore = async (): Promise<void> => {
    try {
      const { conversations, next } = await readPage(api, page.next);
      setPage((before) => {
        const all = [...before.conversations, ...conversations];
        shown.current = all.length;
        return { conversations: all, next, isLoading: false, failure: null };
      });
    } catch (error) {
      setPage((before) => ({ ...before, failure: { error } }));
    }
  };
  return { page, loadMore: () => void loadMore(), reload: () => void reload() };
}

type ConversationPage = Pick<Page, "conversations" | "next">;

async function readPage(api: Api, cursor: string | null): Promise<ConversationPage> {
  const query = cursor === null ? {} : { cursor };
  const body = bodyOf(await api.GET("/api/v1/conversations", { params: { query } }));
  return { conversations: body.results, next: cursorOf(body.next) };
}

const styles = StyleSheet.create({
  row: { minHeight: TARGET, borderWidth: 1, borderRadius: RADIUS, padding: SPACE.m, gap: SPACE.xs },
});
