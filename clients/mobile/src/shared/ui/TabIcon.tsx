import type { ColorValue } from "react-native";
import Svg, { Path } from "react-native-svg";

const PATHS = {
  record: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5 11.5a7 7 0 0 0 14 0M12 18.5V22",
  queue: "M12 17V5M7 9.500l5-5 5 5M4 20h16",
  history: "M4 6h16M4 12h16M4 18h10",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5",
} as const;

interface Props {
  name: keyof typeof PATHS;
  color: ColorValue;
}

/** The word below it says the same. */
export function TabIcon({ name, color }: Props) {
  return (
    <Svg width={26} height={26} viewBox="0 0 24 24" fill="none" aria-hidden>
      <Path
        d={PATHS[name]}
        stroke={color}
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </Svg>
  );
}
