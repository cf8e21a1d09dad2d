import { Text } from "react-native";
import type { TextProps } from "react-native";

import { useTextScale } from "@/shared/preferences/context";

import { usePalette } from "./theme";

type Kind = "body" | "caption" | "small" | "title" | "heading" | "live";

const SIZES: Record<Kind, number> = {
  body: 17,
  caption: 22,
  small: 15,
  title: 28,
  heading: 20,
  live: 30,
};

interface Props extends TextProps {
  kind?: Kind;
  muted?: boolean;
  color?: string;
  bold?: boolean;
}

/** All text of the app: it follows the phone's text size and, beyond it, the app's own. */
export function AppText({ kind = "body", muted = false, color, bold, style, ...rest }: Props) {
  const palette = usePalette();
  const size = SIZES[kind] * useTextScale();
  const isTitle = kind === "title" || kind === "heading";
  return (
    <Text
      {...(isTitle ? { role: "heading", "aria-level": kind === "title" ? 1 : 2 } : {})}
      {...rest}
      style={[
        {
          color: color ?? (muted ? palette.textMuted : palette.text),
          fontSize: size,
          lineHeight: size * 1.4,
          fontWeight: (bold ?? isTitle) ? "600" : "400",
        },
        style,
      ]}
    />
  );
}
