import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import { ConversationTimeline } from "@/features/timeline/ConversationTimeline";
import { DaysTimeline } from "@/features/timeline/DaysTimeline";
import { OWN } from "@/shared/api/care/source";
import { useMe } from "@/shared/api/get-me";
import { Icon } from "@/shared/ui/Icon";
import { usePageTitle } from "@/shared/ui/use-page-title";

export function TimelinePage() {
  const { t } = useTranslation();
  const { time_zone } = useMe();
  usePageTitle(t("timeline.title"));
  return (
    <div className="settings-page">
      <BackLink to="/" text={t("app.back")} />
      <h1>{t("timeline.title")}</h1>
      <p className="field-hint">{t("timeline.intro")}</p>
      <DaysTimeline key={time_zone} source={OWN} timeZone={time_zone} />
    </div>
  );
}

export function ConversationTimelinePage() {
  const { t } = useTranslation();
  const { conversationId = "" } = useParams();
  usePageTitle(t("timeline.conversationTitle"));
  return (
    <div className="settings-page">
      <BackLink to={`/conversations/${conversationId}`} text={t("app.conversation")} />
      <h1>{t("timeline.conversationTitle")}</h1>
      <p className="field-hint">{t("timeline.conversationIntro")}</p>
      <ConversationTimeline key={conversationId} source={OWN} conversationId={conversationId} />
    </div>
  );
}

function BackLink({ to, text }: { to: string; text: string }) {
  return (
    <Link to={to} className="back-link">
      <Icon name="back" />
      {text}
    </Link>
  );
}
