/** The server's limits, said before anything is sent. */
export const MOST_TERMS = 200;
export const SHORTEST_TERM = 2;
export const LONGEST_TERM = 60;

/** What is written on each line, each once whatever its case; empty lines are nothing. */
export function termsOf(text: string): string[] {
  const once = new Map<string, string>();
  for (const line of text.split("\n")) {
    const term = line.normalize("NFC").trim().replace(/\s+/g, " ");
    const key = term.toLowerCase();
    if (term !== "" && !once.has(key)) once.set(key, term);
  }
  return [...once.values()];
}

interface TermsProblem {
  key: "tooMany" | "badLength";
  values: Record<string, string | number>;
}

export function termsProblem(terms: string[]): TermsProblem | null {
  if (terms.length > MOST_TERMS) return { key: "tooMany", values: { most: MOST_TERMS } };
  const bad = terms.find((term) => {
    const length = Array.from(term).length;
    return length < SHORTEST_TERM || length > LONGEST_TERM;
  });
  if (bad === undefined) return null;
  return { key: "badLength", values: { term: bad, least: SHORTEST_TERM, most: LONGEST_TERM } };
}
