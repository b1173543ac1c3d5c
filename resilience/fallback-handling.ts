// Runs fallback handlers: once for all who want the same at one time, and never for long.
import { create, type DescMessage, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import type { AnyRequest } from "#core/call.ts";
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import type { Call } from "./call.ts";

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

export interface Handling {
  /** The handler's messages; undefined when there is none or it failed. Rejects only when the caller leaves. */
  run(handler: FallbackHandler | undefined, wanted: Wanted): Promise<Message[] | undefined>;
}

/** A handler has at least this long, also when the call's own time is over: it is all the caller will get. */
const leastMs = 500;

export function handling(clock: Clock): Handling {
  const running = new Map<string, Promise<Message[] | undefined>>();

  async function once(handler: FallbackHandler, { req, request, error, call }: Wanted): Promise<Message[] | undefined> {
    const ending = new AbortController();
    const leftMs = Math.min(2 ** 31 - 1, Math.max(leastMs, call.deadline - clock.now()));
    const late = Promise.withResolvers<undefined>();
    const callOff = clock.after(leftMs, () => {
      ending.abort(withOrigin(failure(Reason.DEADLINE, `the fallback took over ${leftMs} ms`), "deadline"));
      late.resolve(undefined);
    });
    try {
      const work = Promise.resolve(handler(request, { signal: ending.signal, error }));
      const made = await Promise.race([work, late.promise]);
      return made?.map((message) => create(req.method.output, message as MessageInitShape<DescMessage>));
    } catch {
      // What matters to the caller is why the peer did not answer.
      return undefined;
    } finally {
      callOff();
    }
  }

  return {
    async run(handler, wanted) {
      if (handler === undefined) return undefined;
      let work = running.get(wanted.key);
      if (work === undefined) {
        work = once(handler, wanted).finally(() => running.delete(wanted.key));
        running.set(wanted.key, work);
      }
      return unlessLeft(work, wanted.req.signal);
    },
  };
}

/** The work's result, unless the caller leaves before: the work goes on for the others. */
function unlessLeft<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const left = () => reject(signal.reason);
    if (signal.aborted) return left();
    signal.addEventListener("abort", left, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", left));
  });
}
