import type { ReactNode } from "react";

const PATHS = {
  microphone: (
    <>
      <rect x="8.500" y="2.500" width="7" height="12" rx="3.500" fill="currentColor" />
      <path d="M5 11.500a7 7 0 0 0 14 0M12 18.500v3M8 21.500h8" />
    </>
  ),
  stop: <rect x="5.500" y="5.500" width="13" height="13" rx="2.500" fill="currentColor" />,
  play: <path d="M7.500 4.500v15l12-7.500Z" fill="currentColor" />,
  pause: (
    <>
      <rect x="6" y="4.500" width="4" height="15" rx="1" fill="currentColor" />
      <rect x="14" y="4.500" width="4" height="15" rx="1" fill="currentColor" />
    </>
  ),
  skipBack: <path d="M11 6 4.500 12l6.500 6ZM19.500 6 13 12l6.500 6Z" fill="currentColor" />,
  skipForward: <path d="m13 6 6.500 6-6.500 6ZM4.500 6l6.500 6-6.500 6Z" fill="currentColor" />,
  trash: <path d="M4 6.500h16M9.500 6V3.500h5V6M6 6.500l1 14h10l1-14M10 10.500v6M14 10.500v6" />,
  retry: <path d="M20 12a8 8 0 1 1-2.400-5.700M20 3v5h-5" />,
  close: <path d="m5.500 5.500 13 13M18.500 5.500l-13 13" />,
  check: <path d="m4.500 12.500 5 5 10-11" />,
  pin: (
    <>
      <path d="M8 3h8M9.500 3v7.500L6 14.500h12l-3.500-4V3" fill="currentColor" />
      <path d="M12 14.500V21.500" />
    </>
  ),
  warning: <path d="M12 3 22.500 21h-21ZM12 10v5M12 18v.1" />,
  info: (
    <>
      <circle cx="12" cy="12" r="9.500" />
      <path d="M12 11v6M12 7.200v.1" />
    </>
  ),
  file: <path d="M6 2.500h8l5 5v14H6ZM14 2.500v5h5" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7v5.500l3.500 2" />
    </>
  ),
  back: <path d="M20 12H4.500M11 5l-7 7 7 7" />,
  settings: (
    <>
      <path d="M3 6.500h9M18 6.500h3M3 17.500h3M12 17.500h9" />
      <circle cx="15" cy="6.500" r="2.800" />
      <circle cx="9" cy="17.500" r="2.800" />
    </>
  ),
  chevron: <path d="m6 9 6 6 6-6" />,
  upload: <path d="M12 16V4M6.500 9 12 3.500 17.500 9M4 20.500h16" />,
  download: <path d="M12 3.500v12M6.500 10.500 12 16l5.500-5.500M4 20.500h16" />,
  pencil: <path d="m4 20 1-4.500L16.500 4 20 7.500 8.500 19Z" />,
  copy: <path d="M8.500 8.500h12v12h-12ZM15.500 8.500v-5h-12v12h5" />,
  captions: <path d="M2.500 4.500h19v15h-19ZM6 11h5M13.500 11H18M6 15h8M16.500 15H18" />,
  chart: <path d="M4 3.500v17h17M8 16.500v-5M12.500 16.500v-9M17 16.500v-3" />,
  people: (
    <>
      <circle cx="8.500" cy="8" r="3.800" />
      <path d="M1.800 20.500c0-4 3-6.300 6.700-6.300s6.700 2.300 6.700 6.300M16 4.600a3.800 3.800 0 0 1 0 6.900M18.200 14.800c2.300.9 4 2.900 4 5.700" />
    </>
  ),
  device: <path d="M3.500 4.500h17v11h-17ZM2 19.500h20" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

/** Decoration only: the words beside it, or the button's label, say what it means. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {PATHS[name]}
    </svg>
  );
}
