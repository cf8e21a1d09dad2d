import type { ApiProblem } from "./problem";

type Listener = () => void;

const listeners = new Set<Listener>();

/** Calls `listener` whenever the server says that the session has ended. Returns the way to stop. */
export function onSignedOut(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells the listeners if this is what the server's refusal means. */
export function noteSignedOut(problem: ApiProblem): void {
  if (problem.status === 401 || problem.code === "not_authenticated") noteSessionEnded();
}

export function noteSessionEnded(): void {
  listeners.forEach((listener) => listener());
}
