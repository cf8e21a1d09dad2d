import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { readSharedCaptions } from "@/shared/api/caption-links";
import type { SharedLine } from "@/shared/api/caption-links";
import { EmotionTag } from "@/shared/emotion/EmotionTag";
import { thrownText } from "@/shared/errors/error-text";
import { Notice } from "@/shared/ui/Notice";

import "./sharing.css";

/** Somebody else's captions, without an account. The code stands behind the # of the address. */
export function SharedScreen({ code }: { code: string }) {
  const { t, i18n } = useTranslation();
  const { data, error, isPending } = useQuery({
    queryKey: ["shared", code],
    queryFn: () => readSharedCaptions(code),
    retry: false,
  });
  if (isPending) return <p className="muted loading">{t("app.loading")}</p>;
  if (error !== null) {
    return (
      <div className="shared-page">
        <h1>{t("sharing.readTitle")}</h1>
        <Notice kind="problem">{thrownText(t, error)}</Notice>
      </div>
    );
  }
  const format = new Intl.DateTimeFormat(i18n.language, { dateStyle: "long", timeStyle: "short" });
  return (
    <div className="shared-page">
      <h1>{data.title || t("sharing.readTitle")}</h1>
      <p className="muted">{format.format(new Date(data.started_at))}</p>
      {data.with_emotion && <p className="muted">{t("sharing.estimate")}</p>}
      {data.lines.length === 0 && <p>{t("sharing.nothing")}</p>}
      <ol className="shared-lines">
        {data.lines.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </ol>
      <p className="muted">
        {t("sharing.until", { moment: format.format(new Date(data.expires_at)) })}
      </p>
    </div>
  );
}

function Line({ line: { text, speaker, emotion, language } }: { line: SharedLine }) {
  const { t } = useTranslation();
  const shown = emotion === null ? null : emotion.confident ? emotion.label : "unsure";
  return (
    <li lang={language ?? undefined}>
      {speaker !== null && <strong>{speaker}: </strong>}
      {shown !== null && <EmotionTag emotion={shown} />} {text || t("captions.speechUnwritten")}
    </li>
  );
}
