import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";

import { Alerts } from "@/features/care/Alerts";
import { LeaveButton } from "@/features/care/LeaveButton";
import { Notes } from "@/features/care/Notes";
import { SharedConversations } from "@/features/care/SharedConversations";
import { Watched } from "@/features/care/Watched";
import { ConversationTimeline } from "@/features/timeline/ConversationTimeline";
import { DaysTimeline } from "@/features/timeline/DaysTimeline";
import type { Person } from "@/shared/api/types";
import { Icon } from "@/shared/ui/Icon";
import { usePageTitle } from "@/shared/ui/use-page-title";

import "@/features/care/care.css";

/** What a caregiver sees of one person. */
export function PersonPage() {
  const { t } = useTranslation();
  const { linkId = "" } = useParams();
  usePageTitle(t("care.people"));
  return (
    <div className="settings-page">
      <Link to="/care" className="back-link">
        <Icon name="back" />
        {t("care.title")}
      </Link>
      <Watched key={linkId} linkId={linkId}>
        {(person) => <OnePerson person={person} />}
      </Watched>
    </div>
  );
}

function OnePerson({ person }: { person: Person }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayTimeline = person.scopes.includes("timeline");
  return (
    <>
      <h1>{person.name}</h1>
      <p className="card-facts">
        {t("care.watching", {
          scopes: person.scopes.map((scope) => t(`care.scopes.${scope}`)).join(", "),
        })}
      </p>
      {mayTimeline && (
        <>
          <p className="field-hint">{t("timeline.intro")}</p>
          <DaysTimeline
            source={{ kind: "person", linkId: person.id }}
            timeZone={person.time_zone}
          />
          <Alerts linkId={person.id} />
        </>
      )}
      <SharedConversations linkId={person.id} />
      <Notes person={person} />
      <LeaveButton person={person} onLeft={() => void navigate("/care")} />
    </>
  );
}

/** One conversation of a person, as far as it is shared. */
export function PersonConversationPage() {
  const { t } = useTranslation();
  const { linkId = "", conversationId = "" } = useParams();
  usePageTitle(t("timeline.conversationTitle"));
  return (
    <div className="settings-page">
      <Link to={`/care/people/${linkId}`} className="back-link">
        <Icon name="back" />
        {t("care.back")}
      </Link>
      <Watched key={linkId} linkId={linkId}>
        {() => (
          <>
            <h1>{t("timeline.conversationTitle")}</h1>
            <p className="field-hint">{t("timeline.conversationIntro")}</p>
            <ConversationTimeline
              key={conversationId}
              source={{ kind: "person", linkId }}
              conversationId={conversationId}
            />
          </>
        )}
      </Watched>
    </div>
  );
}
