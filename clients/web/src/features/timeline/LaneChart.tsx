import type { RefObject } from "react";
import { useTranslation } from "react-i18next";

import type { Lanes } from "@/shared/api/types";
import { formatClock } from "@/shared/time/format";

import { length_s, soundOf, total_s } from "./flat-lanes";
import type { Placed } from "./flat-lanes";
import { patternOf, Patterns } from "./patterns";

const LANE = 84;
const PLOT = 48;
const LEAST_WIDTH = 940;
const MOST_WIDTH = 12_000;
const PX_A_SECOND = 5;

interface LaneChartProps {
  lanes: Lanes;
  placed: readonly Placed[];
  selected: number;
  onSelect: (index: number) => void;
  /** Chosen by click or tap: it is to be heard. */
  onHear: (index: number) => void;
  ref: RefObject<SVGSVGElement | null>;
}

/** A lane for each speaker; the height of a block is the strength, its pattern and colour how it sounds. */
export function LaneChart({ lanes, placed, selected, onSelect, onHear, ref }: LaneChartProps) {
  const { t } = useTranslation();
  const end_s = total_s(lanes);
  const width = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, end_s * PX_A_SECOND));
  const height = LANE * lanes.lanes.length + 22;
  const x = (at_s: number) => (at_s / end_s) * width;
  const ticks = Array.from({ length: Math.floor(width / 180) }, (_, index) => index * 180);
  return (
    <div
      className="lane-scroll"
      tabIndex={0}
      role="region"
      aria-label={t("timeline.conversationTitle")}
    >
      <svg
        ref={ref}
        className="lane-chart"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={t("timeline.lanesLabel", { length: formatClock(end_s) })}
      >
        <Patterns />
        {lanes.lanes.map((lane, index) => (
          <g key={lane.speaker}>
            <text x={4} y={LANE * index + 18} className="chart-name">
              {lane.speaker || t("timeline.unknownSpeaker")}
            </text>
            <path className="chart-line" d={`M0 ${LANE * index + 24 + PLOT}H${width}`} />
          </g>
        ))}
        {placed.map((one, index) => {
          const sounds = soundOf(one.utterance);
          const strength = one.utterance.emotion?.strength ?? 0;
          const size = sounds === null ? 6 : PLOT * (0.3 + 0.7 * strength);
          return (
            <rect
              key={one.utterance.id}
              className="lane-block"
              data-emotion={sounds ?? undefined}
              data-selected={index === selected || undefined}
              x={x(one.utterance.at_s)}
              y={LANE * one.lane + 24 + PLOT - size}
              width={Math.max(2, x(length_s(one)))}
              height={size}
              fill={sounds === null ? undefined : patternOf(sounds)}
              onPointerEnter={() => onSelect(index)}
              onClick={() => onHear(index)}
            />
          );
        })}
        {ticks.map((at) => (
          <text key={at} x={at + 2} y={height - 4} className="chart-axis">
            {formatClock((at / width) * end_s)}
          </text>
        ))}
      </svg>
    </div>
  );
}
