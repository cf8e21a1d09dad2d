import { useTranslation } from "react-i18next";
import { StyleSheet, View } from "react-native";

import type { Place } from "@/shared/queue/item";
import { AppText } from "@/shared/ui/AppText";
import { SPACE, usePalette } from "@/shared/ui/theme";
import type { Palette } from "@/shared/ui/theme";

import { PLACES } from "./summary";

/** A sign for each place, so that it is not told by colour alone. */
const SIGNS: Record<Place, string> = {
  phone: "●",
  way: "↑",
  safe: "✓",
  captioned: "✓✓",
  refused: "!",
  deleted: "×",
};

function colorOf(place: Place, palette: Palette): string {
  if (place === "refused") return palette.danger;
  if (place === "safe" || place === "captioned") return palette.done;
  return palette.text;
}

/** How many parts are where; places without any are left out. */
export function PlaceList({ counts }: { counts: Record<Place, number> }) {
  const { t } = useTranslation();
  const palette = usePalette();
  return (
    <View style={styles.list}>
      {PLACES.filter((place) => counts[place] > 0).map((place) => (
        <View key={place} style={styles.row} accessible>
          <AppText bold color={colorOf(place, palette)} style={styles.sign} aria-hidden>
            {SIGNS[place]}
          </AppText>
          <AppText color={colorOf(place, palette)}>
            {t(`queue.place.${place}`, { count: counts[place] })}
          </AppText>
        </View>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({
  list: { gap: SPACE.xs },
  row: { flexDirection: "row", gap: SPACE.s, alignItems: "center" },
  sign: { minWidth: 28, textAlign: "center" },
});
