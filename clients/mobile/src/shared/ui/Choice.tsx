import { Pressable, StyleSheet, Switch, View } from "react-native";

import { AppText } from "./AppText";
import { RADIUS, SPACE, TARGET, usePalette } from "./theme";

interface ChoiceProps<T> {
  label: string;
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few. The chosen one is marked by a sign, not by colour alone. */
export function Choice<T extends string | number>({
  label,
  options,
  value,
  onChange,
}: ChoiceProps<T>) {
  const palette = usePalette();
  return (
    <View style={styles.group} role="radiogroup" accessibilityLabel={label}>
      <AppText bold>{label}</AppText>
      <View style={styles.options}>
        {options.map((option) => {
          const chosen = option.value === value;
          return (
            <Pressable
              key={option.value}
              role="radio"
              aria-checked={chosen}
              accessibilityLabel={option.label}
              onPress={() => onChange(option.value)}
              style={[
                styles.option,
                {
                  borderColor: chosen ? palette.accent : palette.borderStrong,
                  backgroundColor: chosen ? palette.accentSoft : palette.surface,
                },
              ]}
            >
              <AppText bold={chosen}>{`${chosen ? "✓ " : ""}${option.label}`}</AppText>
            </Pressable>
          );
        })}
      </View>
    </View>
  );
}

interface ToggleProps {
  label: string;
  hint?: string;
  value: boolean;
  onChange: (value: boolean) => void;
}

export function Toggle({ label, hint, value, onChange }: ToggleProps) {
  const palette = usePalette();
  return (
    <View style={styles.toggle}>
      <View style={styles.words}>
        <AppText bold>{label}</AppText>
        {hint !== undefined && (
          <AppText kind="small" muted>
            {hint}
          </AppText>
        )}
      </View>
      <Switch
        accessibilityLabel={label}
        value={value}
        onValueChange={onChange}
        trackColor={{ true: palette.accent, false: palette.borderStrong }}
      />
    </View>
  );
}

const styles = StyleSheet.create({
  group: { gap: SPACE.s },
  options: { flexDirection: "row", flexWrap: "wrap", gap: SPACE.s },
  option: {
    minHeight: TARGET,
    borderWidth: 2,
    borderRadius: RADIUS,
    paddingHorizontal: SPACE.m,
    justifyContent: "center",
  },
  toggle: { flexDirection: "row", alignItems: "center", gap: SPACE.m, minHeight: TARGET },
  words: { flex: 1, gap: SPACE.xs },
});
