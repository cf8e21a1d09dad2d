import { useSearchParams } from "react-router";

import { SHELVES } from "@/shared/api/conversations";
import type { Shelf } from "@/shared/api/conversations";

/** Which part of the history is shown. It is in the address, so that it survives going back and can be linked to. */
export function useShelf() {
  const [search, setSearch] = useSearchParams();
  const shelf = SHELVES.find((name) => name === search.get("shelf")) ?? "current";
  const tag = search.get("tag");
  const show = (next: { shelf: Shelf; tag: string | null }) =>
    setSearch(
      {
        ...(next.shelf === "current" ? {} : { shelf: next.shelf }),
        ...(next.tag === null ? {} : { tag: next.tag }),
      },
      { replace: true },
    );
  return { shelf, tag, show };
}
