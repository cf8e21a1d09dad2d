export const queryKeys = {
  session: ["session"] as const,
  devices: ["devices"] as const,
  me: ["me"] as const,
  vocabulary: ["vocabulary"] as const,
  care: ["care"] as const,
  removals: ["me", "removals"] as const,
  recordingPages: ["recordings", "pages"] as const,
  recording: (id: string) => ["recordings", id] as const,
  history: ["history"] as const,
  utterances: (id: string) => ["recordings", id, "utterances"] as const,
};
