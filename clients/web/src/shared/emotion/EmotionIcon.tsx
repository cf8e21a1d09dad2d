import type { ReactNode } from "react";

import type { ShownEmotion } from "./shown-emotion";

/** Each has an outline of its own, so that it can be told apart without colour and when small. */
const SHAPES: Record<ShownEmotion, ReactNode> = {
  neutral: <path d="M5 12h14" />,
  happy: (
    <>
      <circle cx="12" cy="12" r="4.5" fill="currentColor" />
      <path d="M12 1.8v3M12 19.2v3M1.8 12h3M19.2 12h3M4.8 4.8l2 2M17.2 17.2l2 2M4.8 19.2l2-2M17.2 6.8l2-2" />
    </>
  ),
  sad: (
    <path
      d="M12 2.5c4 5.2 6.3 8.4 6.3 11.6a6.3 6.3 0 0 1-12.6 0C5.700 10.900 8 7.700 12 2.500Z"
      fill="currentColor"
    />
  ),
  angry: (
    <path
      d="M13.800 1.800 4.500 13.600h6.200l-1.500 8.600 10.300-12.600h-6.700Z"
      fill="currentColor"
    />
  ),
  fear: (
    <>
      <path d="M12 2.500 22.300 20.500H1.700Z" />
      <path d="M12 9v5M12 17.200v.1" />
    </>
  ),
  disgust: (
    <path d="M2 8c2.500-3 4.200-3 6.700 0s4.100 3 6.600 0 4.200-3 6.700 0M2 16.500c2.500-3 4.200-3 6.700 0s4.100 3 6.600 0 4.200-3 6.700 0" />
  ),
  surprise: (
    <path
      d="m12 1.500 2.600 6.100 6.300-2.300-2.500 6.200 5.600 3-6.300 1.700.8 6.300-5-4-4.500 4.500.2-6.500-7.200-.8 5.700-3.700L4.500 6l6 1.500Z"
      fill="currentColor"
    />
  ),
  unsure: (
    <>
      <circle cx="12" cy="12" r="9.800" strokeDasharray="3.200 2.930" />
      <path d="M9.200 9.400a2.900 2.900 0 1 1 4.300 2.600c-1 .5-1.500 1.100-1.500 2.100M12 17.200v.1" />
    </>
  ),
};

export function EmotionIcon({ emotion }: { emotion: ShownEmotion }) {
  return (
    <svg className="emotion-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {SHAPES[emotion]}
    </svg>
  );
}
