/** The browser's share sheet where it has one, else the clipboard. */
export async function shareText(text: string): Promise<"shared" | "copied" | "nothing"> {
  try {
    if (typeof navigator.share === "function") {
      await navigator.share({ text });
      return "shared";
    }
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    return "nothing";
  }
}
