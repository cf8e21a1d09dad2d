import { keywordIn } from "@api/keywords";
import type { Lines } from "@api/live-lines";
import { useEffect, useRef, useState } from "react";

import type { Signal } from "@/shared/haptics/signal";
import { vibrate } from "@/shared/haptics/vibrate";
import { usePreferences } from "@/shared/preferences/context";

import { heardCaption, newSignal } from "./live-signals";

const SHOWN_MS = 6_000;

/** Lets the phone be felt, and gives the keyword that was said just now; null: none, or a while ago. */
export function useLiveSignals(lines: Lines): string | null {
  const preferences = usePreferences();
  const [word, setWord] = useState<string | null>(null);
  const told = useRef<ReadonlyMap<string, Signal>>(new Map());
  useEffect(() => {
    const found = newSignal(lines, told.current, preferences);
    told.current = found.told;
    if (found.signal === null) return;
    vibrate(found.signal);
    const last = lines.findLast(({ utterance }) => found.told.get(utterance) === "keyword");
    if (found.signal !== "keyword" || last === undefined) return;
    setWord(keywordIn(heardCaption(last, preferences.calm).text, preferences.keywords));
  }, [lines, preferences]);
  useEffect(() => {
    if (word === null) return undefined;
    const timer = setTimeout(() => setWord(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [word]);
  return word;
}
