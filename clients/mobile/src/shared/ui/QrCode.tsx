import Svg, { Path, Rect } from "react-native-svg";
import { encode } from "uqr";

interface Props {
  text: string;
  label: string;
  /** Device-independent pixels. */
  size: number;
}

/** Dark on white in every theme: that is what cameras expect. */
export function QrCode({ text, label, size }: Props) {
  const { data, size: modules } = encode(text, { ecc: "M", border: 4 });
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <Svg
      width={size}
      height={size}
      viewBox={`0 0 ${modules} ${modules}`}
      role="img"
      aria-label={label}
    >
      <Rect width={modules} height={modules} fill="#ffffff" />
      <Path d={dark.join("")} fill="#000000" />
    </Svg>
  );
}
