import { createContext, use, useCallback, useState } from "react";
import type { ReactNode } from "react";

type Announce = (text: string) => void;

const AnnounceContext = createContext<Announce>(() => undefined);

/** Says something to screen readers and braille displays without moving the focus. */
export function useAnnounce(): Announce {
  return use(AnnounceContext);
}

export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [message, setMessage] = useState({ text: "", count: 0 });
  const announce = useCallback(
    (text: string) => setMessage((last) => ({ text, count: last.count + 1 })),
    [],
  );
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="visually-hidden" role="status">
        {/* A new element each time: the same words twice are read twice. */}
        <span key={message.count}>{message.text}</span>
      </div>
    </AnnounceContext>
  );
}
