import type { ReactNode } from "react";
import Svg, { Circle, Path } from "react-native-svg";

import type { ShownEmotion } from "./shown-emotion";

interface Props {
  emotion: ShownEmotion;
  color: string;
  /** Device-independent pixels. */
  size: number;
}

/** Each has an outline of its own, so that it can be told apart without colour and when small. */
const SHAPES: Record<ShownEmotion, (color: string) => ReactNode> = {
  neutral: () => <Path d="M5 12h14" />,
  happy: (color) => (
    <>
      <Circle cx="12" cy="12" r="4.5" fill={color} />
      <Path d="M12 1.8v3M12 19.2v3M1.8 12h3M19.2 12h3M4.8 4.8l2 2M17.2 17.2l2 2M4.8 19.2l2-2M17.2 6.8l2-2" />
    </>
  ),
  sad: (color) => (
    <Path
      d="M12 2.5c4 5.2 6.3 8.4 6.3 11.6a6.3 6.3 0 0 1-12.6 0C5.7 10.9 8 7.7 12 2.5Z"
      fill={color}
    />
  ),
  angry: (color) => <Path d="M13.8 1.8 4.5 13.6h6.2l-1.5 8.6 10.3-12.6h-6.7Z" fill={color} />,
  fear: () => (
    <>
      <Path d="M12 2.5 22.3 20.5H1.7Z" />
      <Path d="M12 9v5M12 17.2v.1" />
    </>
  ),
  disgust: () => (
    <Path d="M2 8c2.5-3 4.2-3 6.7 0s4.1 3 6.6 0 4.2-3 6.7 0M2 16.5c2.5-3 4.2-3 6.7 0s4.1 3 6.6 0 4.2-3 6.7 0" />
  ),
  surprise: (color) => (
    <Path
      d="m12 1.5 2.6 6.1 6.3-2.3-2.5 6.2 5.6 3-6.3 1.7.8 6.3-5-4-4.5 4.5.2-6.5-7.2-.8 5.7-3.7L4.5 6l6 1.5Z"
      fill={color}
    />
  ),
  unsure: () => (
    <>
      <Circle cx="12" cy="12" r="9.8" strokeDasharray="3.2 2.93" />
      <Path d="M9.2 9.4a2.9 2.9 0 1 1 4.3 2.6c-1 .5-1.5 1.1-1.5 2.1M12 17.2v.1" />
    </>
  ),
};

/** Says nothing by itself: the word beside it does. */
export function EmotionIcon({ emotion, color, size }: Props) {
  return (
    <Svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke={color}
      strokeWidth={2.2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      {SHAPES[emotion](color)}
    </Svg>
  );
}
