import type { QueryClient } from "@tanstack/react-query";

import { CaptureSession } from "@/features/capture/capture-session";
import { queryKeys } from "@/shared/api/query-keys";
import { takeOverMe } from "@/shared/api/update-me";
import { noteSessionEnded } from "@/shared/api/signed-out";
import type { Me } from "@/shared/api/types";
import { LibraryStore } from "@/shared/library/store";
import { Synchroniser } from "@/shared/sync/synchroniser";

import { socketUrl } from "./socket-url";

export interface Services {
  library: LibraryStore;
  synchroniser: Synchroniser;
  capture: CaptureSession;
}

/** What works in the background for one signed-in person. */
export function createServices(
  queries: QueryClient,
  me: Me,
  onRecorded: (id: string) => void,
): Services {
  const library = new LibraryStore();
  const synchroniser = new Synchroniser(
    {
      library,
      revision: me.revision,
      onNotAuthenticated: noteSessionEnded,
      onMe: (news) => takeOverMe(queries, news),
      onHistoryChanged: () => void queries.invalidateQueries({ queryKey: queryKeys.history }),
      onCareChanged: () => void queries.invalidateQueries({ queryKey: queryKeys.care }),
    },
    socketUrl("/ws/events"),
  );
  const capture = new CaptureSession({
    ownerId: me.id,
    language: () => queries.getQueryData<Me>(queryKeys.me)?.speech_language || null,
    onStored: (recording) => library.putRecordings([recording]),
    onFinished: ({ kept }) => onRecorded(kept.id),
  });
  return { library, synchroniser, capture };
}
