import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { bodyOf } from "@/shared/api/client";
import type { Timeline, TimelineBucket } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { useServices } from "@/shared/services/context";
import { formatClock, formatDay } from "@/shared/time/format";
import { AppText } from "@/shared/ui/AppText";
import { Button } from "@/shared/ui/Button";
import { Card } from "@/shared/ui/Card";
import { Choice } from "@/shared/ui/Choice";
import { Notice } from "@/shared/ui/Notice";
import { Screen } from "@/shared/ui/Screen";

import { EmotionBar } from "./EmotionBar";
import { rangeOf } from "./range";
import type { Span } from "./range";

type State =
  { kind: "loading" } | { kind: "loaded"; timeline: Timeline } | { kind: "failed"; error: unknown };

/** How speech sounded over days and months. To read, nothing more. */
export function TimelineScreen() {
  const { t } = useTranslation();
  const [span, setSpan] = useState<Span>("week");
  const [tries, setTries] = useState(0);
  return (
    <Screen>
      <Choice
        label={t("timeline.span")}
        options={[
          { value: "week", label: t("timeline.spans.week") },
          { value: "month", label: t("timeline.spans.month") },
          { value: "year", label: t("timeline.spans.year") },
        ]}
        value={span}
        onChange={setSpan}
      />
      <AppText kind="small" muted>
        {t("timeline.notice")}
      </AppText>
      <Spoken key={`${span} ${tries}`} span={span} onAgain={() => setTries(tries + 1)} />
    </Screen>
  );
}

function Spoken({ span, onAgain }: { span: Span; onAgain: () => void }) {
  const { t } = useTranslation();
  const state = useTimeline(span);
  if (state.kind === "loading") return <AppText muted>{t("app.loading")}</AppText>;
  if (state.kind === "failed") {
    return (
      <Notice kind="warning" text={thrownText(t, state.error)}>
        <Button label={t("app.tryAgain")} onPress={onAgain} />
      </Notice>
    );
  }
  const { buckets, step } = state.timeline;
  if (buckets.length === 0) return <AppText muted>{t("timeline.empty")}</AppText>;
  return [...buckets]
    .reverse()
    .map((bucket) => <BucketCard key={bucket.start} bucket={bucket} step={step} />);
}

function BucketCard({ bucket, step }: { bucket: TimelineBucket; step: Timeline["step"] }) {
  const { t, i18n } = useTranslation();
  return (
    <Card>
      <AppText kind="heading">{formatDay(bucket.start, i18n.language, step === "month")}</AppText>
      <AppText kind="small" muted>
        {t("timeline.spoke", {
          time: formatClock(bucket.speech_s),
          unsure: formatClock(bucket.unsure.speech_s),
        })}
      </AppText>
      <EmotionBar bucket={bucket} />
    </Card>
  );
}

function useTimeline(span: Span): State {
  const { api } = useServices();
  const [state, setState] = useState<State>({ kind: "loading" });
  useEffect(() => {
    let isShown = true;
    const query = rangeOf(span, new Date());
    api
      .GET("/api/v1/timeline", { params: { query } })
      .then((answer) => {
        if (isShown) setState({ kind: "loaded", timeline: bodyOf(answer) });
      })
      .catch((error: unknown) => {
        if (isShown) setState({ kind: "failed", error });
      });
    return () => {
      isShown = false;
    };
  }, [api, span]);
  return state;
}
