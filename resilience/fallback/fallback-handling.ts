// Runs fallback handlers: once for all who want the same at one time, not for long, and only while somebody waits.
import { clone, create, type DescMessage, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import type { AnyRequest } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Call } from "../call/call.ts";
import { leftBy } from "../call/classify.ts";

/** What answers in the peer's place: the messages of a stream, or the one of a unary call. It may fail. */
export type FallbackHandler = (
  request: Message,
  context: { readonly signal: AbortSignal; readonly error: unknown },
) => Promise<readonly object[]> | readonly object[];

export interface Wanted {
  req: AnyRequest;
  request: Message;
  error: unknown;
  key: string;
  call: Call;
}

/** The handler's messages, or why there are none. */
export type Handled = { readonly messages: Message[] } | { readonly failed: unknown };

export interface Handling {
  /** Rejects only when the caller leaves. */
  run(handler: FallbackHandler, wanted: Wanted): Promise<Handled>;
}

interface Flight {
  /** Never rejects; never settles when nobody waits any more and the handler does not mind its signal. */
  readonly ended: Promise<Handled>;
  readonly ending: AbortController;
  /** How many still want it. */
  waiting: number;
}

/** A handler has at least this long, also when the call's own time is over: it is all the caller will get. */
const leastMs = 500;
/** And so long for a call without an end of its own. */
const endlessMs = 30_000;

export function handling(clock: Clock): Handling {
  const running = new Map<string, Flight>();

  function begin(handler: FallbackHandler, wanted: Wanted): Flight {
    const ending = new AbortController();
    const flight: Flight = { ended: made(handler, wanted, ending.signal), ending, waiting: 0 };
    running.set(wanted.key, flight);
    flight.ended.then(() => forget(wanted.key, flight));
    return flight;
  }

  function forget(key: string, flight: Flight): void {
    if (running.get(key) === flight) running.delete(key);
  }

  /** What the flight brings, within the time of one who waits for it. Without anybody it ends. */
  function wait(flight: Flight, { key, req: { signal }, call }: Wanted): Promise<Handled> {
    const leftMs = call.deadline - clock.now();
    const ms = Math.floor(leftMs === Number.POSITIVE_INFINITY ? endlessMs : Math.max(leastMs, leftMs));
    flight.waiting++;
    return new Promise((resolve, reject) => {
      const over = () => {
        callOff();
        signal.removeEventListener("abort", left);
      };
      const leave = (error: unknown) => {
        over();
        if (--flight.waiting > 0) return;
        forget(key, flight);
        flight.ending.abort(error);
      };
      const callOff = clock.after(ms, () => {
        const failed = withOrigin(failure(Reason.DEADLINE, `the fallback took over ${ms} ms`), "deadline");
        resolve({ failed });
        leave(failed);
      });
      const left = () => {
        // Who has met a deadline wants a fallback all the more.
        if (leftBy(signal.reason) !== "caller") return;
        reject(signal.reason);
        leave(signal.reason);
      };
      if (!signal.aborted) signal.addEventListener("abort", left, { once: true });
      flight.ended.then((handled) => {
        over();
        resolve(handled);
      });
    });
  }

  return {
    async run(handler, wanted) {
      const known = running.get(wanted.key);
      const handled = await wait(known ?? begin(handler, wanted), wanted);
      // To each its own: callers may change what they are given.
      if (known === undefined || "failed" in handled) return handled;
      return { messages: handled.messages.map((message) => clone(wanted.req.method.output, message)) };
    },
  };
}

async function made(handler: FallbackHandler, { req, request, error }: Wanted, signal: AbortSignal): Promise<Handled> {
  try {
    const inits = await handler(request, { signal, error });
    return { messages: inits.map((init) => create(req.method.output, init as MessageInitShape<DescMessage>)) };
  } catch (failed) {
    return { failed };
  }
}
