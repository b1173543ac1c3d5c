// Finds the end of a call, unary or stream, exactly once: a stream ends in its reading, not when it is opened.

import type { StreamRequest, UnaryRequest } from "@connectrpc/connect";
import type { AnyFn, StreamResponse, UnaryResponse } from "./call.ts";

/** Is told the end of a call: undefined for success, the error otherwise. */
export type Ended = (error?: unknown) => void;

export const tellsEnd = Symbol("tells its end");

/**
 * A request that is told the end of by whoever carries it, without a listener at its signal and a promise around its
 * answer. Its copies don't tell: what made them, such as a retry, has ends of its own.
 */
export interface TellsEnd {
  [tellsEnd](ended: Ended): void;
}

/** Passes the call on and reports its end: undefined for success, the error otherwise. An abandoned stream ends with its signal. */
export function watch(req: UnaryRequest | StreamRequest, next: AnyFn, ended: Ended): ReturnType<AnyFn> {
  if (!(tellsEnd in req)) return listened(req, next, ended);
  (req as TellsEnd)[tellsEnd](ended);
  return next(req);
}

async function listened(
  req: UnaryRequest | StreamRequest,
  next: AnyFn,
  ended: Ended,
): Promise<UnaryResponse | StreamResponse> {
  let open = true;
  const end = (error?: unknown) => {
    if (!open) return;
    open = false;
    req.signal.removeEventListener("abort", aborted);
    ended(error);
  };
  const aborted = () => end(req.signal.reason);
  if (req.signal.aborted) aborted();
  else req.signal.addEventListener("abort", aborted, { once: true });
  try {
    const res = await next(req);
    if (!res.stream) {
      end();
      return res;
    }
    return { ...res, message: reported(res.message, end) };
  } catch (error) {
    end(error);
    throw error;
  }
}

async function* reported<T>(messages: AsyncIterable<T>, end: (error?: unknown) => void): AsyncIterable<T> {
  try {
    yield* messages;
    end();
  } catch (error) {
    end(error);
    throw error;
  }
}
