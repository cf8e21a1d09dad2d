import { useEffect, useRef } from "react";

import { useCapture } from "./context";
import { barHeight } from "@/shared/microphone/level";
import type { Level } from "@/shared/microphone/level";

const BARS = 48;
const READINGS_PER_BAR = 2;

/** The last five seconds of sound as moving bars: a person who cannot hear sees that it works. */
export function LevelBars({ label }: { label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { recorder } = useCapture();
  useEffect(() => {
    const heights = new Array<number>(BARS).fill(0);
    let readings = 0;
    const show = (level: Level) => {
      const height = barHeight(level.rms_db);
      if (readings % READINGS_PER_BAR === 0) {
        heights.shift();
        heights.push(height);
      } else {
        heights[BARS - 1] = Math.max(heights[BARS - 1] ?? 0, height);
      }
      readings += 1;
      if (canvas.current) draw(canvas.current, heights);
    };
    if (canvas.current) draw(canvas.current, heights);
    return recorder.subscribeLevel(show);
  }, [recorder]);
  return <canvas ref={canvas} className="level-bars" role="img" aria-label={label} />;
}

function draw(canvas: HTMLCanvasElement, heights: readonly number[]): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const scale = window.devicePixelRatio || 1;
  canvas.width = canvas.clientWidth * scale;
  canvas.height = canvas.clientHeight * scale;
  context.fillStyle = getComputedStyle(canvas).color;
  const step = canvas.width / heights.length;
  const width = step * 0.6;
  heights.forEach((height, index) => {
    const tall = Math.max(width, height * canvas.height);
    const left = index * step + (step - width) / 2;
    context.beginPath();
    context.roundRect(left, (canvas.height - tall) / 2, width, tall, width / 2);
    context.fill();
  });
}
