// Finds the end of a call, unary or stream, exactly once: a stream ends in its reading, not when it is opened.

import type { DescMethod } from "@bufbuild/protobuf";
import type { StreamRequest, UnaryRequest } from "@connectrpc/connect";
import type { AnyFn, Interceptor, StreamResponse, UnaryResponse } from "./call.ts";

/** Is told that a call begins; gives what is told its end, once: undefined for success, the error otherwise. */
export type Onlooker = (method: DescMethod) => (error?: unknown) => void;

const onlookers = new WeakMap<Interceptor, Onlooker>();

/** An interceptor that only looks. Where it is outermost, our server tells it itself, without a promise for it. */
export function onlooking(look: Onlooker): Interceptor {
  const interceptor: Interceptor = (next) => (req) => watch(req, next, look(req.method));
  onlookers.set(interceptor, look);
  return interceptor;
}

/** Who looks through the interceptor; undefined when it may do more than that. */
export function onlookerOf(interceptor: Interceptor): Onlooker | undefined {
  return onlookers.get(interceptor);
}

/** Passes the call on and reports its end: undefined for success, the error otherwise. An abandoned stream ends with its signal. */
export async function watch(
  req: UnaryRequest | StreamRequest,
  next: AnyFn,
  ended: (error?: unknown) => void,
): Promise<UnaryResponse | StreamResponse> {
  let open = true;
  const end = (error?: unknown) => {
    if (!open) return;
    open = false;
    req.signal.removeEventListener("abort", aborted);
    ended(error);
  };
  const aborted = () => end(req.signal.reason);
  req.signal.addEventListener("abort", aborted, { once: true });
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
