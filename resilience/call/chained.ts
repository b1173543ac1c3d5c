// A Transport around another one: interceptors that see logical calls, above a pool that sees attempts.
import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { type ContextValues, createContextValues, type Transport } from "@connectrpc/connect";
import type { AnyFn, AnyRequest, Interceptor, StreamRequest, UnaryRequest, UnaryResponse } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { lateHeaders } from "#core/late-headers.ts";
import { withOrigin } from "#core/origin.ts";
import { attemptKey, type Call, callKey, withValue } from "./call.ts";

export interface ChainOptions {
  /** Outermost first. */
  interceptors: readonly Interceptor[];
  /** Time for calls that name none, in milliseconds; undefined for none. Streams have none unless they name one. */
  defaultTimeoutMs: number | undefined;
  /** All interceptors are of this room: they copy no answer and take back what listens to a signal, so that calls cost less. */
  isOwn: boolean;
  clock: Clock;
}

export const chainDefaults: ChainOptions = {
  interceptors: [],
  defaultTimeoutMs: 30_000,
  isOwn: false,
  clock: systemClock,
};

/** Calls of the outer transport go through the interceptors; each `next` of the innermost is one call of `inner`. */
export function chained(inner: Transport, options: Partial<ChainOptions> = {}): Transport {
  const { interceptors, defaultTimeoutMs, isOwn, clock } = { ...chainDefaults, ...options };
  const never = new AbortController().signal;

  /** The values of a call, with what it carries; `never` is its signal if its caller gave none. */
  function begun(given: ContextValues | undefined, timeoutMs: number | undefined, never: AbortSignal | undefined) {
    const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeoutMs;
    const call: Call = { deadline, timing: "transport", attempts: 0, failed: [], never };
    return given === undefined ? createContextValues().set(callKey, call) : withValue(given, callKey, call);
  }

  /** The time the attempt has; a call without any left is not sent. */
  function timeLeft(req: AnyRequest): number | undefined {
    const own = req.contextValues.get(attemptKey)?.timeoutMs;
    if (own !== undefined) return own;
    const { deadline } = req.contextValues.get(callKey)!;
    if (deadline === Number.POSITIVE_INFINITY) return undefined;
    const left = deadline - clock.now();
    if (left > 0) return Math.max(1, Math.floor(left));
    throw withOrigin(
      failure(Reason.DEADLINE, `no time was left for ${req.service.typeName}/${req.method.name}`),
      "deadline",
    );
  }

  const through = (last: AnyFn): AnyFn => interceptors.reduceRight((next, interceptor) => interceptor(next), last);

  // Not async, for what that costs a call.
  const unary = through(((req: UnaryRequest) => {
    const { method, header, message, contextValues } = req;
    try {
      const answer = inner.unary(method, signalOf(req), timeLeft(req), header, message as never, contextValues);
      return isOwn ? answer : answer.then(copyable);
    } catch (error) {
      return Promise.reject(error);
    }
  }) as unknown as AnyFn);

  const stream = through((async (req: StreamRequest) => {
    const { method, header, message, contextValues } = req;
    return inner.stream(method as never, signalOf(req), timeLeft(req), header, message as never, contextValues);
  }) as unknown as AnyFn);

  return {
    unary: ((method, given, timeoutMs, header, message, contextValues) => {
      const signal = given ?? (isOwn ? never : new AbortController().signal);
      try {
        return unary({
          stream: false,
          service: method.parent,
          method,
          requestMethod: "POST",
          url: urlOf(method.parent.typeName, method.name),
          header: header === undefined ? lateHeaders() : new Headers(header),
          contextValues: begun(contextValues, timeoutMs ?? defaultTimeoutMs, given ? undefined : signal),
          message: create(method.input, message),
          signal,
        } as UnaryRequest);
      } catch (error) {
        return Promise.reject(error);
      }
    }) as Transport["unary"],
    stream: (async (method, given, timeoutMs, header, messages, contextValues) => {
      const signal = given ?? new AbortController().signal;
      return stream({
        stream: true,
        service: method.parent,
        method,
        requestMethod: "POST",
        url: urlOf(method.parent.typeName, method.name),
        header: new Headers(header),
        contextValues: begun(contextValues, timeoutMs, given ? undefined : signal),
        message: whole(method.input, messages),
        signal,
      } as StreamRequest);
    }) as Transport["stream"],
  };
}

/** The signal the network is to listen to. */
function signalOf({ signal, contextValues }: AnyRequest): AbortSignal | undefined {
  return signal === contextValues.get(callKey)?.never ? undefined : signal;
}

/** An answer with all as fields of its own. */
const copyable = ({ service, method, header, trailer, message }: UnaryResponse): UnaryResponse => ({
  stream: false,
  service,
  method,
  header,
  trailer,
  message,
});

/** Interceptors read the path; which host it will be is not known before the pick. */
const urlOf = (service: string, method: string) => `http://pool/${service}/${method}`;

/** Whole messages of what the caller gave, which may be parts of them. */
async function* whole<I extends DescMessage>(desc: I, inits: AsyncIterable<MessageInitShape<I>>) {
  for await (const init of inits) yield create(desc, init);
}
