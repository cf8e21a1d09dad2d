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
    if (event.key === "ArrowDown" || event.key === "j") focusLine(line.nextElementSibling);
    else if (event.key === "ArrowUp" || event.key === "k") focusLine(line.previousElementSibling);
    else if (event.key === "ArrowRight") playback.playFrom(wordAt(utterance, playback, 1));
    else if (event.key === "ArrowLeft") playback.playFrom(wordAt(utterance, playback, -1));
    else if (event.key === "p") playback.toggle();
    else if (event.key === "e") onEdit(utterance.id);
    else if (event.key === "u") onUndo();
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

function isTyping(target: EventTarget): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
