import { useTranslation } from "react-i18next";

import { errorText } from "@/shared/errors/error-text";
import { usePreferences } from "@/shared/preferences/context";
import { useIsOnline, useQueueItems, useServices } from "@/shared/services/context";
import { formatClock, formatMoment } from "@/shared/time/format";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { Notice } from "@/shared/ui/Notice";
import { Screen } from "@/shared/ui/Screen";

import { PlaceList } from "./PlaceList";
import { byConversation, countPlaces } from "./summary";
import type { ConversationInQueue } from "./summary";

/** Where everything is that was recorded on this phone. */
export function QueueScreen() {
  const { t } = useTranslation();
  const items = useQueueItems();
  const isOnline = useIsOnline();
  const { wifiOnly } = usePreferences();
  const isWaiting = items.some(({ state }) => state === "waiting");
  return (
    <Screen>
      <AppText kind="title">{t("queue.title")}</AppText>
      {!isOnline && <Notice kind="warning" text={t("app.offline")} />}
      {isOnline && isWaiting && wifiOnly && <Notice kind="calm" text={t("queue.wifiOnly")} />}
      {items.length === 0 ? (
        <AppText muted>{t("queue.empty")}</AppText>
      ) : (
        <Card>
          <AppText kind="heading">{t("queue.all")}</AppText>
          <PlaceList counts={countPlaces(items)} />
        </Card>
      )}
      {byConversation(items).map((conversation) => (
        <ConversationCard key={conversation.conversationId} conversation={conversation} />
      ))}
    </Screen>
  );
}

function ConversationCard({ conversation }: { conversation: ConversationInQueue }) {
  const { t, i18n } = useTranslation();
  const services = useServices();
  const { items, counts } = conversation;
  const problem = items.find((item) => item.problem !== null)?.problem ?? null;
  const stuck = items.filter(({ state }) => state === "refused" || state === "deleted");
  const sendAgain = async (): Promise<void> => {
    for (const { id } of items) await services.queue.sendAgain(id);
    services.kick();
  };
  const discard = async (): Promise<void> => {
    for (const { id } of stuck) await services.queue.discard(id);
  };
  return (
    <Card>
      <AppText kind="heading">
        {t("queue.conversation", {
          moment: formatMoment(conversation.startedAt, i18n.language),
          time: formatClock(conversation.duration_s),
        })}
      </AppText>
      {items.some(({ recovered }) => recovered) && (
        <AppText kind="small" muted>
          {t("queue.recovered")}
        </AppText>
      )}
      <PlaceList counts={counts} />
      {problem !== null && (
        <Notice kind={counts.refused > 0 ? "danger" : "calm"} text={errorText(t, problem)} />
      )}
      {(counts.refused > 0 || problem !== null) && (
        <Button label={t("queue.sendAgain")} onPress={() => void sendAgain()} />
      )}
      {stuck.length > 0 && (
        <Button kind="danger" label={t("queue.discard")} onPress={() => void discard()} />
      )}
    </Card>
  );
}
