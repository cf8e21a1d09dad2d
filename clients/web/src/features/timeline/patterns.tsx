import { EMOTION_LABELS } from "@/shared/emotion/shown-emotion";
import type { ShownEmotion } from "@/shared/emotion/shown-emotion";

const SIZE = 8;

/** Strokes of an 8 by 8 tile: emotions are told apart without colour. */
const TILES: Record<ShownEmotion, string> = {
  neutral: "",
  happy: "M2 2h1.500v1.500H2ZM6 6h1.500v1.500H6Z",
  sad: "M2 0v8M6 0v8",
  angry: "M0 8 8 0M0 0l8 8",
  fear: "M-2 2l4-4M0 8l8-8M6 10l4-4",
  disgust: "M-2 6l4 4M0 0l8 8M6-2l4 4",
  surprise: "M0 2h8M0 6h8M2 0v8M6 0v8",
  unsure: "M0 4h3",
};

export function patternOf(emotion: ShownEmotion): string {
  return `url(#pattern-${emotion})`;
}

export function Patterns() {
  return (
    <defs>
      {[...EMOTION_LABELS, "unsure" as const].map((emotion) => (
        <pattern
          key={emotion}
          id={`pattern-${emotion}`}
          data-emotion={emotion}
          width={SIZE}
          height={SIZE}
          patternUnits="userSpaceOnUse"
        >
          <rect className="pattern-ground" width={SIZE} height={SIZE} />
          <path className="pattern-strokes" d={TILES[emotion] || "M0 0"} />
        </pattern>
      ))}
    </defs>
  );
}
