import { useEffect, useRef } from "react";

function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>("main h1");
  if (heading === null) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** After a change of page the focus goes to its heading: readers and keyboards start there. */
export function useFocusOnNavigation(pathname: string): void {
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    window.scrollTo(0, 0);
    focusHeading();
  }, [pathname]);
}

/** For content that replaces what had the focus: gives it a place again, and takes it from nobody. */
export function useFocusIfLost(): void {
  useEffect(() => {
    if (document.activeElement === document.body) focusHeading();
  }, []);
}
