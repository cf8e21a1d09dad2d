import type { Conversation } from "@/shared/api/types";

export interface Day {
  /** Local, such as "2026-11-22". */
  key: string;
  /** The start of its first conversation in the list. */
  moment: string;
  conversations: Conversation[];
}

/** Conversations, the latest first, by the local day on which they began. */
export function byDay(conversations: readonly Conversation[]): Day[] {
  const days: Day[] = [];
  for (const conversation of conversations) {
    const key = localDay(conversation.started_at);
    const last = days.at(-1);
    if (last?.key === key) last.conversations.push(conversation);
    else days.push({ key, moment: conversation.started_at, conversations: [conversation] });
  }
  return days;
}

export function localDay(iso: string): string {
  const moment = new Date(iso);
  const month = String(moment.getMonth() + 1).padStart(2, "0");
  return `${moment.getFullYear()}-${month}-${String(moment.getDate()).padStart(2, "0")}`;
}

/** Such as "Sunday, 22 November 2026". */
export function dayName(iso: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "full" }).format(new Date(iso));
}
