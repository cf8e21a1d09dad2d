import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { usePerson } from "@/shared/api/care/people";
import { ApiProblem } from "@/shared/api/problem";
import type { Person } from "@/shared/api/types";
import { Notice } from "@/shared/ui/Notice";

import { useWatch } from "./use-watch";

interface WatchedProps {
  linkId: string;
  children: (person: Person) => ReactNode;
}

/** Shows `children` only as long as the link is open; at once nothing when it is not. */
export function Watched({ linkId, children }: WatchedProps) {
  const { t } = useTranslation();
  const { data: person, error } = usePerson(linkId);
  const watch = useWatch(linkId, person?.state === "active");
  const isGone = error instanceof ApiProblem && error.status === 404;
  if (isGone) {
    return (
      <>
        <h1>{t("care.overTitle")}</h1>
        <Notice kind="warning" announce>
          {t("care.overText")}
        </Notice>
      </>
    );
  }
  if (person?.state === "paused" || (person && watch === "closed")) {
    return (
      <>
        <h1>{t("care.pausedTitle")}</h1>
        <Notice kind="warning" announce>
          {t("care.pausedText", { name: person.name })}
        </Notice>
      </>
    );
  }
  if (!person || watch === "connecting") return <p className="muted loading">{t("app.loading")}</p>;
  return children(person);
}
