import createClient from "openapi-fetch";
import type { Client } from "openapi-fetch";

import type { paths } from "@api/openapi.gen";

import { networkProblem, problemFromText } from "./problem";
import type { ApiProblem } from "./problem";

export type Api = Client<paths>;

export interface Access {
  /** The server's origin. */
  server: string;
  token: string;
}

export function accessHeaders({ token }: Access): Record<string, string> {
  return { Accept: "application/json", "X-Session-Token": token };
}

/** Every call either resolves with the answer or throws an `ApiProblem`. */
export function createApi(access: Access, onSignedOut: () => void): Api {
  const api = createClient<paths>({
    baseUrl: access.server,
    headers: accessHeaders(access),
    // The token says who asks; a cookie of the same server must not.
    credentials: "omit",
    // Looked up at call time, so that tests can stand in for the network.
    fetch: (request) => fetch(request),
  });
  api.use({
    async onResponse({ response }) {
      if (response.ok) return undefined;
      const text = await response.text();
      const problem = problemFromText(response.status, text, response.headers.get("Retry-After"));
      if (isSignedOut(problem)) onSignedOut();
      throw problem;
    },
    onError: () => networkProblem(),
  });
  return api;
}

export function isSignedOut(problem: ApiProblem): boolean {
  return problem.status === 401 || problem.code === "not_authenticated";
}

/** The body of an answer that has one. */
export function bodyOf<T>(answer: { data?: T }): T {
  if (answer.data === undefined) throw problemFromText(502, "", null);
  return answer.data;
}

/** The cursor in a page's `next`, which is an address or the bare cursor; null at the end. */
export function cursorOf(next: string | null | undefined): string | null {
  if (next === null || next === undefined || next === "") return null;
  if (!next.includes("cursor=")) return next;
  const found = /[?&]cursor=([^&]+)/.exec(next)?.[1];
  return found === undefined ? null : decodeURIComponent(found);
}
