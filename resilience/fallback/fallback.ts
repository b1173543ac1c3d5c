// Interceptor: where a call has failed for good and its caller accepts it, something else answers, and says so. Unary and server streams.
import { create, type DescMessage, type DescMethod, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import { type ContextKey, createContextKey } from "@connectrpc/connect";
import type { AnyRequest, AnyResponse, Interceptor, StreamRequest, StreamResponse, UnaryRequest } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { Code, ConnectError, Reason, reasonOf } from "#core/failure.ts";
import { originOf, withOrigin } from "#core/origin.ts";
import { callOf, listenerKey } from "../call/call.ts";
import { classify } from "../call/classify.ts";
import type { Class, Outcome } from "../call/outcome.ts";
import { surfaced } from "../call/surface.ts";
import type { Happening, Observe } from "../happening.ts";
import { below, type Problem, refuse } from "../problem.ts";
import { begunStream } from "../retry/begun-stream.ts";
import {
  type FallbackCacheOptions,
  fallbackCache,
  fallbackCacheDefaults,
  fallbackCacheProblems,
  isCacheable,
} from "./fallback-cache.ts";
import { type FallbackHandler, type Handling, handling } from "./fallback-handling.ts";
import { asFallback, type FallbackMark, fallbackKey } from "./fallback-mark.ts";

/** The caller takes an answer that is not the peer's; set it in the context values of a call. */
export const acceptFallbackKey: ContextKey<boolean> = createContextKey(false);

export interface FallbackOptions {
  /** Good answers of methods without side effects; false for none. */
  cache: Partial<FallbackCacheOptions> | false;
  /** The handler of a method; undefined where there is none. */
  handler: (method: DescMethod) => FallbackHandler | undefined;
  /** What a method answers when nothing else does; undefined where that would be a lie. */
  rule: (method: DescMethod) => object | undefined;
  /** What nobody may answer in the peer's place: such calls pass, and a handler or rule for one is a mistake. */
  never: ReadonlySet<DescMethod>;
  /** `asked`: only for calls with `acceptFallbackKey`. `always`: for all. */
  accept: "asked" | "always";
  /** Whether internal, unknown and data_loss of the peer are answered too. */
  forServerErrors: boolean;
  /** Whose answers a call may be given; none is ever given to somebody else. */
  subject: (req: AnyRequest) => string;
  observe: Observe | undefined;
  clock: Clock;
}

export const fallbackDefaults: FallbackOptions = {
  cache: {},
  handler: () => undefined,
  rule: () => undefined,
  never: new Set(),
  accept: "asked",
  forServerErrors: false,
  subject: ({ header }) => header.get("authorization") ?? "",
  observe: undefined,
  clock: systemClock,
};

export function fallbackProblems({ cache, handler, rule, never }: FallbackOptions): Problem[] {
  const forbidden = (part: string, of: (method: DescMethod) => unknown) =>
    [...never]
      .filter((method) => of(method) !== undefined)
      .map(({ parent, name }) => ({
        path: `${part}["${parent.typeName}/${name}"]`,
        message: "is for a method that nobody answers in the peer's place",
      }));
  return [
    ...(cache === false ? [] : below("cache", fallbackCacheProblems({ ...fallbackCacheDefaults, ...cache }))),
    ...forbidden("handler", handler),
    ...forbidden("rule", rule),
  ];
}

/** Outside retry and breaker, from which it hides nothing. When nothing answers, the error is the original one. */
export function fallback(options: Partial<FallbackOptions> = {}): Interceptor {
  const all = { ...fallbackDefaults, ...options };
  refuse(fallbackProblems(all));
  const { handler, rule, never, accept, forServerErrors, subject, observe, clock } = all;
  const cache = all.cache === false ? undefined : fallbackCache({ ...fallbackCacheDefaults, ...all.cache }, clock);
  const handlers: Handling = handling(clock);

  async function answer(req: AnyRequest, request: Message | undefined, error: unknown): Promise<AnyResponse> {
    const outcome = classify(error, req.signal);
    if (request === undefined || !isAnswered(outcome, error, forServerErrors)) throw error;
    const answered = (messages: readonly Message[], mark: FallbackMark) => {
      const happening: Happening = { kind: "fallback", method: req.method, by: mark.by, error };
      observe?.(happening);
      req.contextValues.get(listenerKey)?.(happening);
      return asFallback(req, messages, mark);
    };
    const key = fallbackKey(req, request, subject(req));
    const kept = req.stream ? undefined : cache?.find(req as UnaryRequest, key);
    if (kept) return answered([kept.message], { by: "cache", ageMs: kept.ageMs });
    const handle = handler(req.method);
    const made =
      handle && (await handlers.run(handle, { req, request, error, key, call: callOf(req, clock) }).catch(left));
    if (made && "messages" in made) return answered(made.messages, { by: "handler" });
    const fixed = rule(req.method);
    if (fixed === undefined) throw made ? alsoFailed(error, made.failed) : error;
    return answered([create(req.method.output, fixed as MessageInitShape<DescMessage>)], { by: "rule" });
  }

  return (next) => (req) => {
    const isAccepted = accept === "always" || req.contextValues.get(acceptFallbackKey);
    if (!isAccepted || never.has(req.method)) return next(req);
    if (req.stream) return streamed(req, (messages) => next({ ...req, message: messages }), answer);
    const { message: request } = req as UnaryRequest;
    return next(req).then(
      (res) => {
        if (cache && isCacheable(req.method))
          cache.keep(req as UnaryRequest, fallbackKey(req, request, subject(req)), res.message as Message);
        return res;
      },
      (error: unknown) => answer(req, request, error),
    );
  };
}

/** The caller has left while a handler was at work. */
function left(reason: unknown): never {
  throw surfaced(reason, { class: "cancel", isDependency: false, isShed: false });
}

/** The same error, which also tells why its fallback failed; the causes it had stay. */
function alsoFailed(error: unknown, failed: unknown): unknown {
  if (!(error instanceof ConnectError)) return error;
  const cause = new AggregateError([failed], "the fallback failed too", { cause: error.cause });
  // A copy: others may hold the error.
  const copy = Object.assign(new ConnectError(error.rawMessage, error.code), error, { cause });
  const origin = originOf(error);
  return origin === undefined ? copy : withOrigin(copy, origin);
}

/** A server stream, until its first message: what it has said can't be taken back. Other streams pass. */
async function streamed(
  req: StreamRequest,
  next: (messages: StreamRequest["message"]) => Promise<AnyResponse>,
  answer: (req: AnyRequest, request: Message | undefined, error: unknown) => Promise<AnyResponse>,
): Promise<AnyResponse> {
  if (req.method.methodKind !== "server_streaming") return next(req.message);
  const requests: Message[] = await Array.fromAsync(req.message);
  async function* again() {
    yield* requests;
  }
  try {
    const nothing = () => {};
    return await begunStream((await next(again() as never)) as StreamResponse, nothing, (error) => error);
  } catch (error) {
    return answer(req, requests[0], error);
  }
}

/** What a caller can do nothing about and the peer has not decided. */
function isAnswered({ class: of }: Outcome, error: unknown, forServerErrors: boolean): boolean {
  // A request that can't be sent is its caller's mistake, whoever would answer it.
  if (of === "local") return isUnavailable(error) || reasonOf(error) === Reason.RATE_LIMITED;
  return answered.has(of) || (of === "server" && forServerErrors);
}

const isUnavailable = (error: unknown) => ConnectError.from(error).code === Code.Unavailable;

const answered = new Set<Class>(["unsent", "timeout", "deadline", "broken", "unavailable", "overload"]);
