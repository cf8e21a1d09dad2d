import createClient from "openapi-fetch";
import type { Middleware } from "openapi-fetch";

import type { paths } from "@api/openapi.gen";

import { csrfToken } from "./csrf";
import { networkProblem, problemFromText } from "./problem";
import { noteSignedOut } from "./signed-out";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

const session: Middleware = {
  onRequest({ request }) {
    if (!SAFE_METHODS.has(request.method)) request.headers.set("X-CSRFToken", csrfToken());
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return undefined;
    const text = await response.text();
    const retryAfter = response.headers.get("Retry-After");
    const problem = problemFromText(response.status, text, retryAfter);
    noteSignedOut(problem);
    throw problem;
  },
  onError: () => networkProblem(),
};

/** Every call either resolves with the answer or throws an `ApiProblem`. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  headers: { Accept: "application/json" },
  // Looked up at call time, so that tests can stand in for the network.
  fetch: (request) => fetch(request),
});
api.use(session);

/** The body of an answer that has one. */
export function bodyOf<T>(answer: { data?: T }): T {
  if (answer.data === undefined) throw problemFromText(502, "", null);
  return answer.data;
}
