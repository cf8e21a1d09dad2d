import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import type { components } from "@api/openapi.gen";

import { bodyOf } from "@/shared/api/client";
import { thrownText } from "@/shared/errors/error-text";
import { useServices } from "@/shared/services/context";
import { ShareCard } from "@/shared/share/ShareCard";
import { formatMoment } from "@/shared/time/format";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { Choice, Toggle } from "@/shared/ui/Choice";
import { Notice } from "@/shared/ui/Notice";
import { Screen } from "@/shared/ui/Screen";

type CaptionLink = components["schemas"]["CaptionLink"];

/** Links by which others read one conversation: made, sent, listed and ended. */
export function ShareScreen({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const { api, signedIn } = useServices();
  const [days, setDays] = useState(7);
  const [withEmotion, setWithEmotion] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const [failure, setFailure] = useState<{ error: unknown } | null>(null);
  const { links, reload } = useLinks(conversationId, setFailure);
  const canShowEmotion = useEmotionIsLookedAt(conversationId);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setFailure(null);
    try {
      await work();
      await reload();
    } catch (error) {
      setFailure({ error });
    }
  };
  const make = () =>
    attempt(async () => {
      const params = { path: { conversation_id: conversationId } };
      const body = { days, with_emotion: withEmotion && canShowEmotion };
      const answer = await api.POST("/api/v1/conversations/{conversation_id}/links", {
        params,
        body,
      });
      setCode(bodyOf(answer).code);
    });
  const end = (id: string) =>
    attempt(async () => {
      const params = { path: { caption_link_id: id } };
      await api.DELETE("/api/v1/links/{caption_link_id}", { params });
      setCode(null);
    });

  return (
    <Screen>
      <AppText>{t("sharing.explain")}</AppText>
      <Choice
        label={t("sharing.days")}
        options={[
          { value: 1, label: t("sharing.dayChoices.one") },
          { value: 7, label: t("sharing.dayChoices.week") },
          { value: 30, label: t("sharing.dayChoices.month") },
        ]}
        value={days}
        onChange={setDays}
      />
      {canShowEmotion && (
        <Toggle
          label={t("sharing.withEmotion")}
          hint={t("sharing.withEmotionHint")}
          value={withEmotion}
          onChange={setWithEmotion}
        />
      )}
      <Button kind="primary" label={t("sharing.make")} onPress={() => void make()} />
      {failure !== null && <Notice kind="danger" text={thrownText(t, failure.error)} />}
      {code !== null && (
        <>
          {/* The address that this phone uses is one that reaches the server. */}
          <ShareCard
            url={`${signedIn.server}/shared#${code}`}
            code={code}
            qrLabel={t("sharing.qrLabel")}
          />
          <AppText kind="small" muted>
            {t("sharing.onlyNow")}
          </AppText>
        </>
      )}
      <OpenLinks links={links} onEnd={(id) => void end(id)} />
    </Screen>
  );
}

function OpenLinks({ links, onEnd }: { links: CaptionLink[]; onEnd: (id: string) => void }) {
  const { t, i18n } = useTranslation();
  return (
    <Card>
      <AppText kind="heading">{t("sharing.openLinks")}</AppText>
      {links.length === 0 && <AppText muted>{t("sharing.none")}</AppText>}
      {links.map(({ id, expires_at, with_emotion }) => {
        const moment = formatMoment(expires_at, i18n.language);
        return (
          <Card key={id}>
            <AppText>
              {t(with_emotion ? "sharing.linkWithEmotion" : "sharing.link", { moment })}
            </AppText>
            <Button
              kind="danger"
              label={t("sharing.end")}
              accessibilityLabel={t("sharing.endLabel", { moment })}
              onPress={() => onEnd(id)}
            />
          </Card>
        );
      })}
    </Card>
  );
}

function useLinks(
  conversationId: string,
  onFailure: (failure: { error: unknown }) => void,
): { links: CaptionLink[]; reload: () => Promise<void> } {
  const { api } = useServices();
  const [links, setLinks] = useState<CaptionLink[]>([]);
  const read = useCallback(async (): Promise<CaptionLink[]> => {
    const { results } = bodyOf(await api.GET("/api/v1/links"));
    return results.filter(({ conversation_id }) => conversation_id === conversationId);
  }, [api, conversationId]);
  useEffect(() => {
    read().then(setLinks, (error: unknown) => onFailure({ error }));
  }, [read, onFailure]);
  const reload = async (): Promise<void> => setLinks(await read());
  return { links, reload };
}

/** Whoever has it switched off is not offered to show it. */
function useEmotionIsLookedAt(conversationId: string): boolean {
  const { api } = useServices();
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    const ask = async (): Promise<boolean> => {
      const me = bodyOf(await api.GET("/api/v1/me"));
      const params = { path: { conversation_id: conversationId } };
      const { emotion_mode } = bodyOf(
        await api.GET("/api/v1/conversations/{conversation_id}", { params }),
      );
      return me.emotion_enabled && emotion_mode === "on";
    };
    ask().then(setOn, () => setOn(false));
  }, [api, conversationId]);
  return isOn;
}
