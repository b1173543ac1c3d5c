// Where a failure comes from: told by the transport, read by whoever decides what to do about it.

/**
 * - `unsent`: it never left this process: nobody listens there, no room in the queue, the connection was gone before.
 * - `refused`: the peer says it did not touch it (REFUSED_STREAM, or a GOAWAY that leaves it out): safe to send again.
 * - `broken-before-headers`, `broken-after-headers`: the connection or the answer broke; the peer may have done the work.
 * - `peer`: the peer answered with this error.
 * - `deadline`: this process's own deadline has passed.
 * - `caller`: the caller's own signal, or its leaving.
 * - `local`: this process could not write the request, or does not take the answer, such as one that is too large.
 */
export type Origin =
  | "unsent"
  | "refused"
  | "broken-before-headers"
  | "broken-after-headers"
  | "peer"
  | "deadline"
  | "caller"
  | "local";

const origins = new WeakMap<object, Origin>();

/** The same error, with where it comes from; what was told first stays. */
export function withOrigin<E extends Error>(error: E, origin: Origin): E {
  if (!origins.has(error)) origins.set(error, origin);
  return error;
}

/** Where an error comes from; undefined when it did not come out of a transport that tells. */
export function originOf(error: unknown): Origin | undefined {
  return error instanceof Error ? origins.get(error) : undefined;
}
