import { useEffect } from "react";

const PLACES = "section, dialog, details, form, fieldset, main, article";
const NAMES = "h1, h2, h3, summary, legend";

/** What names the nearest place that is still there of those in which the focus was. */
function nearestName(places: readonly Element[]): HTMLElement | null {
  for (const place of places) {
    if (!place.isConnected) continue;
    const name = place.querySelector<HTMLElement>(NAMES);
    if (name !== null) return name;
  }
  return null;
}

/**
 * When what had the focus goes away, such as a row that was deleted, the focus goes to the name of the place where it
 * was. Otherwise keyboards and readers would begin at the top of the page.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let focused: Element | null = null;
    let places: Element[] = [];
    const remember = ({ target }: FocusEvent) => {
      focused = target as Element;
      places = [];
      for (let at = focused.parentElement; at !== null; at = at.parentElement)
        if (at.matches(PLACES)) places.push(at);
    };
    const keep = () => {
      if (focused === null || focused.isConnected) return;
      focused = null;
      // After those who know better where it belongs: dialogs that close, pages that change.
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        const name = nearestName(places);
        if (name === null) return;
        if (name.tabIndex < 0) name.tabIndex = -1;
        name.focus({ preventScroll: true });
      });
    };
    const observer = new MutationObserver(keep);
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", remember);
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", remember);
    };
  }, []);
}
