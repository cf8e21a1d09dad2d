const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]/;
/** Letters that have no capitals: Korean, Japanese, Chinese. */
const OTHER_LETTERS = /[\u3040-\u30ff\u4e00-\u9fff]/;

/** Written without Unicode property escapes: not every engine of a phone knows them. */
function isWordSign(sign: string): boolean {
  const hasCapital = sign.toLowerCase() !== sign.toUpperCase();
  return (
    hasCapital || (sign >= "0" && sign <= "9") || HANGUL.test(sign) || OTHER_LETTERS.test(sign)
  );
}

function words(text: string): string {
  const signs = [...text.toLowerCase()].map((sign) => (isWordSign(sign) ? sign : " "));
  return signs.join("").split(" ").filter(Boolean).join(" ");
}

/** The first keyword that is said in `text`. Korean words take endings, so a word may go on behind it. */
export function keywordIn(text: string, keywords: readonly string[]): string | null {
  const plain = ` ${words(text)} `;
  const found = keywords.find((keyword) => {
    const wanted = words(keyword);
    if (wanted === "") return false;
    const takesEndings = HANGUL.test(wanted.slice(-1));
    return plain.includes(takesEndings ? ` ${wanted}` : ` ${wanted} `);
  });
  return found ?? null;
}
