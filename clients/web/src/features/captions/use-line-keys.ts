import type { KeyboardEvent } from "react";

import type { Utterance } from "@/shared/api/types";

import type { Playback } from "./use-playback";
import { lastBegunIndex } from "./current-line";

interface LineKeys {
  utterances: readonly Utterance[];
  playback: Playback;
  onEdit: (id: string) => void;
  onUndo: () => void;
}

/** Keys that work while a line has the focus, so that they disturb nobody elsewhere (WCAG 2.1.4). */
export function useLineKeys({ utterances, playback, onEdit, onUndo }: LineKeys) {
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const line = (event.target as HTMLElement).closest<HTMLElement>("[data-utterance]");
    const utterance = utterances.find(({ id }) => id === line?.dataset.utterance);
    if (!line || !utterance) return;
    const key = keyOf(event);
    if (key === "ArrowDown" || key === "j") focusLine(line.nextElementSibling);
    else if (key === "ArrowUp" || key === "k") focusLine(line.previousElementSibling);
    else if (key === "ArrowRight") playback.playFrom(wordAt(utterance, playback, 1));
    else if (key === "ArrowLeft") playback.playFrom(wordAt(utterance, playback, -1));
    else if (key === "p") playback.toggle();
    else if (key === "e") onEdit(utterance.id);
    else if (key === "u") onUndo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function focusLine(line: Element | null): void {
  line?.querySelector<HTMLElement>(".line-time")?.focus();
}

/** Where the word `step` words from the spoken one begins; the line's start outside of it. */
function wordAt({ words, start_s }: Utterance, { position_s }: Playback, step: number): number {
  const index = lastBegunIndex(words, position_s + 0.01) + step;
  return words[Math.min(Math.max(index, 0), words.length - 1)]?.start_s ?? start_s;
}

/** Letters are those of the keyboard, also while it writes Hangul or capitals. */
function keyOf({ key, code }: KeyboardEvent): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : key;
}

function isTyping(target: EventTarget): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
