import type { TextStorage } from "@/shared/preferences/preferences";

/** Who is signed in on this phone, and where. The token is kept apart, in the key store. */
export interface SignedIn {
  server: string;
  email: string;
  userId: string;
}

const KEY = "signed-in";
const LAST_SERVER = "last-server";

export interface TokenStore {
  read(): Promise<string | null>;
  write(token: string): Promise<void>;
  remove(): Promise<void>;
}

export type AccountState =
  | { kind: "loading" }
  /** `hasEnded`: the server ended it, not the person. `server`: the last one used. */
  | { kind: "signedOut"; hasEnded: boolean; server: string }
  | { kind: "signedIn"; signedIn: SignedIn; token: string };

/** Knows who is signed in, also without a connection, and tells React when that changed. */
export class AccountStore {
  private state: AccountState = { kind: "loading" };
  private readonly listeners = new Set<() => void>();
  private readonly texts: TextStorage;
  private readonly tokens: TokenStore;
  private readonly defaultServer: string;

  constructor(texts: TextStorage, tokens: TokenStore, defaultServer: string) {
    this.texts = texts;
    this.tokens = tokens;
    this.defaultServer = defaultServer;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): AccountState => this.state;

  async load(): Promise<void> {
    const text = await this.texts.read(KEY);
    const token = await this.tokens.read();
    if (text === null || text === "" || token === null) await this.setSignedOut(false);
    else this.set({ kind: "signedIn", signedIn: JSON.parse(text) as SignedIn, token });
  }

  async signIn(signedIn: SignedIn, token: string): Promise<void> {
    await this.tokens.write(token);
    await this.texts.write(KEY, JSON.stringify(signedIn));
    await this.texts.write(LAST_SERVER, signedIn.server);
    this.set({ kind: "signedIn", signedIn, token });
  }

  /** Recordings stay on this phone: they are sent when the same person signs in again. */
  async signOut(options: { hasEnded: boolean }): Promise<void> {
    await this.tokens.remove();
    await this.texts.write(KEY, "");
    await this.setSignedOut(options.hasEnded);
  }

  private async setSignedOut(hasEnded: boolean): Promise<void> {
    const server = (await this.texts.read(LAST_SERVER)) ?? this.defaultServer;
    this.set({ kind: "signedOut", hasEnded, server });
  }

  private set(state: AccountState): void {
    this.state = state;
    this.listeners.forEach((listener) => listener());
  }
}
