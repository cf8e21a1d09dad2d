import { useEffect, useRef, useState } from "react";

import { keywordIn } from "@api/keywords";
import { shownText } from "@api/live-lines";
import type { Lines } from "@api/live-lines";
import { useLivePreferences } from "./live-preferences";

const SHOWN_MS = 6_000;
const BUZZ_MS = [200, 100, 200];

/** The keyword that has just been said; once an utterance. Null: none, or a while ago. */
export function useKeywordAlert(lines: Lines, calm: boolean): string | null {
  const { keywords } = useLivePreferences();
  const [word, setWord] = useState<string | null>(null);
  const told = useRef(new Set<string>());
  const last = lines.at(-1);
  const text = last === undefined ? "" : Object.values(shownText(last, calm)).join(" ");
  const utterance = last?.utterance ?? "";
  useEffect(() => {
    const found = keywordIn(text, keywords);
    if (found === null || told.current.has(utterance)) return;
    told.current.add(utterance);
    setWord(found);
    if ("vibrate" in navigator) navigator.vibrate(BUZZ_MS);
  }, [text, utterance, keywords]);
  useEffect(() => {
    if (word === null) return undefined;
    const timer = setTimeout(() => setWord(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [word]);
  return word;
}
