import { useTranslation } from "react-i18next";

import type { Timeline } from "@/shared/api/types";
import { EmotionIcon } from "@/shared/emotion/EmotionIcon";

import { bucketName, minutes, percent, slots } from "./days";
import { heardLabels, shareOf, standsOut, usualOf } from "./shares";

interface SelectedBucketProps {
  timeline: Timeline;
  selected: number;
}

/** What the chosen day, week or month says, in words. */
export function SelectedBucket({ timeline, selected }: SelectedBucketProps) {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  const start = slots(timeline.start, timeline.end, timeline.step)[selected] ?? timeline.start;
  const bucket = timeline.buckets.find((one) => one.start === start);
  const when = bucketName(start, bucket?.end ?? start, timeline.step, language);
  if (!bucket || bucket.counted_s === 0) {
    return (
      <p role="status" className="selected-bucket">
        {t("timeline.nothingCounted", { when })}
      </p>
    );
  }
  return (
    <div role="status" className="selected-bucket">
      <p>
        {t("timeline.selected", {
          when,
          minutes: minutes(bucket.counted_s, language),
          uncertainty: percent(bucket.uncertainty ?? 0, language),
        })}
        {bucket.unsure.utterance_count > 0 &&
          ` ${t("timeline.unsure", { count: bucket.unsure.utterance_count })}`}
      </p>
      <ul>
        {heardLabels(timeline).map((label) => {
          const usual = usualOf(timeline, label);
          const out = standsOut(bucket, label, usual);
          return (
            <li key={label} data-emotion={label}>
              <EmotionIcon emotion={label} />
              {`${t(`emotion.name.${label}`)} ${percent(shareOf(bucket, label), language)}`}
              {usual && (
                <span className="muted">
                  {t("timeline.usual", {
                    low: percent(usual.low, language),
                    high: percent(usual.high, language),
                  })}
                </span>
              )}
              {out && <strong>{t(`timeline.${out}`)}</strong>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
