import type { PointerEvent, RefObject } from "react";
import { useTranslation } from "react-i18next";

import type { EmotionLabel, Timeline } from "@/shared/api/types";

import { dayName, minutes, percent, slots } from "./days";
import { axisTop, heardLabels, shareOf, standsOut, usualOf } from "./shares";

const ROW = 92;
const PLOT = 52;
const LEFT = 8;
const HEAD = 24;

interface ShareChartProps {
  /** In pixels of the screen, so that words have their size on a phone, too. */
  width: number;
  timeline: Timeline;
  /** Index of the slot that is looked at. */
  selected: number;
  onSelect: (slot: number) => void;
  ref: RefObject<SVGSVGElement | null>;
}

/** A row for the minutes of speech and one for each emotion: told apart by place and words, not by colour. */
export function ShareChart({ width, timeline, selected, onSelect, ref }: ShareChartProps) {
  const { t, i18n } = useTranslation();
  const starts = slots(timeline.start, timeline.end, timeline.step);
  const labels = heardLabels(timeline);
  const buckets = new Map(timeline.buckets.map((bucket) => [bucket.start, bucket]));
  const slot = (width - 2 * LEFT) / starts.length;
  const height = ROW * (labels.length + 1) + 20;
  const most_s = Math.max(60, ...timeline.buckets.map((bucket) => bucket.counted_s));

  const pick = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width - LEFT;
    onSelect(Math.min(starts.length - 1, Math.max(0, Math.floor(x / slot))));
  };

  const bars = (top: number, valueOf: (start: string) => number, className: string) =>
    starts.map((start, index) => {
      const size = valueOf(start) * PLOT;
      if (size <= 0) return null;
      return (
        <rect
          key={start}
          className={className}
          x={LEFT + index * slot + slot * 0.1}
          y={top + PLOT - Math.max(1.5, size)}
          width={Math.max(1, slot * 0.8)}
          height={Math.max(1.5, size)}
        />
      );
    });

  const emotionRow = (label: EmotionLabel, row: number) => {
    const y = ROW * row + HEAD;
    const usual = usualOf(timeline, label);
    const shares = timeline.buckets.map((bucket) => shareOf(bucket, label));
    const top = axisTop(Math.max(usual?.high ?? 0, ...shares));
    return (
      <g key={label} data-emotion={label}>
        <text x={LEFT} y={y - 8} className="chart-name">
          {t(`emotion.sounds.${label}`)}
        </text>
        <text x={width - LEFT} y={y - 8} className="chart-axis" textAnchor="end">
          {percent(top, i18n.language)}
        </text>
        {usual && (
          <rect
            className="chart-band"
            x={LEFT}
            width={width - 2 * LEFT}
            y={y + PLOT * (1 - Math.min(1, usual.high / top))}
            height={Math.max(2, (PLOT * (usual.high - usual.low)) / top)}
          />
        )}
        {bars(y, (start) => shareOf(buckets.get(start), label) / top, "chart-bar")}
        {starts.map((start, index) => {
          const out = standsOut(buckets.get(start), label, usual);
          if (out !== "more") return null;
          const x = LEFT + (index + 0.5) * slot;
          const tip = y + PLOT * (1 - shareOf(buckets.get(start), label) / top) - 9;
          return <path key={start} className="chart-mark" d={`M${x} ${tip}l4.500 7h-9Z`} />;
        })}
        <path className="chart-line" d={`M${LEFT} ${y + PLOT}H${width - LEFT}`} />
      </g>
    );
  };

  return (
    <svg
      ref={ref}
      className="share-chart"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={t("timeline.chartLabel", {
        start: dayName(timeline.start, i18n.language),
        end: dayName(timeline.end, i18n.language),
      })}
      onPointerMove={pick}
      onPointerDown={pick}
    >
      <rect
        className="chart-cursor"
        x={LEFT + selected * slot}
        y={0}
        width={slot}
        height={height - 20}
      />
      <g>
        <text x={LEFT} y={HEAD - 8} className="chart-name">
          {t("timeline.minutes")}
        </text>
        <text x={width - LEFT} y={HEAD - 8} className="chart-axis" textAnchor="end">
          {minutes(most_s, i18n.language)}
        </text>
        {bars(HEAD, (start) => (buckets.get(start)?.counted_s ?? 0) / most_s, "chart-minutes")}
        <path className="chart-line" d={`M${LEFT} ${HEAD + PLOT}H${width - LEFT}`} />
      </g>
      {labels.map((label, index) => emotionRow(label, index + 1))}
      <text x={LEFT} y={height - 4} className="chart-axis">
        {dayName(timeline.start, i18n.language)}
      </text>
      <text x={width - LEFT} y={height - 4} className="chart-axis" textAnchor="end">
        {dayName(timeline.end, i18n.language)}
      </text>
    </svg>
  );
}
