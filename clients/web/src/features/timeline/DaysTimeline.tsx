import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useTimeline } from "@/shared/api/care/get-timeline";
import { sourcePath } from "@/shared/api/care/source";
import type { Source } from "@/shared/api/care/source";
import type { Timeline, TimelineStep } from "@/shared/api/types";
import { thrownText } from "@/shared/errors/error-text";
import { Button } from "@/shared/ui/Button";
import { Notice } from "@/shared/ui/Notice";

import { Comparison } from "./Comparison";
import { addDays, dayName, slots, today } from "./days";
import { Downloads } from "./Downloads";
import { SelectedBucket } from "./SelectedBucket";
import { ShareChart } from "./ShareChart";
import { ShareTable } from "./ShareTable";

import { useWidth } from "./use-width";

import "./timeline.css";

/** Left and right, with the border: see `.share-chart`. */
const CHART_PADDING = 20;

const RANGES = { week: 7, month: 30, quarter: 91, year: 365 } as const;
type Range = keyof typeof RANGES;
const RANGE_NAMES = Object.keys(RANGES) as Range[];
const STEPS = ["day", "week", "month"] as const satisfies readonly TimelineStep[];

interface DaysTimelineProps {
  source: Source;
  /** Where the days of the person begin. */
  timeZone: string;
}

/** Days, weeks or months: the share of each emotion, what it rests on, and what is usual. */
export function DaysTimeline({ source, timeZone }: DaysTimelineProps) {
  const { t } = useTranslation();
  const [range, setRange] = useState<Range>("month");
  const [step, setStep] = useState<TimelineStep>("day");
  const [end, setEnd] = useState(() => today(timeZone));
  const [speaker, setSpeaker] = useState<string | null>(null);
  const ids = { range: useId(), step: useId(), speaker: useId() };
  const query = {
    start: addDays(end, 1 - RANGES[range]),
    end,
    step,
    ...(speaker === null ? {} : { speaker }),
  };
  const { data, error } = useTimeline(source, query);
  const isLatest = end >= today(timeZone);
  const named = data?.speakers.filter((one) => one.speaker !== "") ?? [];
  return (
    <div className="timeline">
      <div className="timeline-tools">
        <label htmlFor={ids.range}>
          {t("timeline.range")}
          <select
            id={ids.range}
            value={range}
            onChange={(event) => setRange(event.target.value as Range)}
          >
            {RANGE_NAMES.map((name) => (
              <option key={name} value={name}>
                {t(`timeline.ranges.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <label htmlFor={ids.step}>
          {t("timeline.step")}
          <select
            id={ids.step}
            value={step}
            onChange={(event) => setStep(event.target.value as TimelineStep)}
          >
            {STEPS.map((name) => (
              <option key={name} value={name}>
                {t(`timeline.steps.${name}`)}
              </option>
            ))}
          </select>
        </label>
        {(named.length > 0 || speaker !== null) && (
          <label htmlFor={ids.speaker}>
            {t("timeline.speaker")}
            <select
              id={ids.speaker}
              value={speaker ?? ""}
              onChange={(event) => setSpeaker(event.target.value || null)}
            >
              <option value="">{t("timeline.everybody")}</option>
              {named.map((one) => (
                <option key={one.speaker} value={one.speaker}>
                  {one.speaker}
                </option>
              ))}
            </select>
          </label>
        )}
        <div className="timeline-moves">
          <Button onClick={() => setEnd(addDays(end, -RANGES[range]))}>
            {t("timeline.earlier")}
          </Button>
          <Button disabled={isLatest} onClick={() => setEnd(addDays(end, RANGES[range]))}>
            {t("timeline.later")}
          </Button>
        </div>
      </div>
      {error && (
        <Notice kind="problem" announce>
          {`${t("timeline.failed")} ${thrownText(t, error)}`}
        </Notice>
      )}
      {data && (
        <Charts
          key={`${data.start} ${data.step}`}
          source={source}
          timeline={data}
          csvQuery={query}
        />
      )}
      <Comparison source={source} end={end} length={RANGES[range]} />
    </div>
  );
}

interface ChartsProps {
  source: Source;
  timeline: Timeline;
  csvQuery: Record<string, string>;
}

function Charts({ source, timeline, csvQuery }: ChartsProps) {
  const { t, i18n } = useTranslation();
  const chart = useRef<SVGSVGElement>(null);
  const starts = slots(timeline.start, timeline.end, timeline.step);
  const last = timeline.buckets.at(-1);
  const [selected, setSelected] = useState(last ? starts.indexOf(last.start) : 0);
  const sliderId = useId();
  const { element, width } = useWidth<HTMLDivElement>();
  if (timeline.buckets.length === 0) return <p className="empty">{t("timeline.empty")}</p>;
  const { band } = timeline;
  return (
    <>
      <div ref={element}>
        <ShareChart
          ref={chart}
          width={width - CHART_PADDING}
          timeline={timeline}
          selected={selected}
          onSelect={setSelected}
        />
      </div>
      <label htmlFor={sliderId} className="visually-hidden">
        {t("timeline.choose")}
      </label>
      <input
        id={sliderId}
        className="timeline-slider"
        type="range"
        min={0}
        max={starts.length - 1}
        value={selected}
        aria-valuetext={dayName(starts[selected] ?? timeline.start, i18n.language)}
        onChange={(event) => setSelected(Number(event.target.value))}
      />
      <SelectedBucket timeline={timeline} selected={selected} />
      <p className="field-hint">
        {band
          ? t("timeline.bandText", {
              buckets: t(`timeline.bandBuckets.${timeline.step}`, { count: band.bucket_count }),
              start: dayName(band.start, i18n.language),
              end: dayName(band.end, i18n.language),
            })
          : t("timeline.noBand")}
      </p>
      <ShareTable timeline={timeline} />
      <Downloads
        csvUrl={`${sourcePath(source)}/timeline.csv?${new URLSearchParams(csvQuery).toString()}`}
        name={`timeline-${timeline.start}-${timeline.end}`}
        chart={chart}
      />
    </>
  );
}
