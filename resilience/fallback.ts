// Interceptor: where a call has failed for good and its caller accepts it, something else answers, and says so. Unary and server streams.
import { create, type DescMessage, type DescMethod, type Message, type MessageInitShape } from "@bufbuild/protobuf";
import { type ContextKey, createContextKey } from "@connectrpc/connect";
import type { AnyRequest, AnyResponse, Interceptor, StreamRequest, StreamResponse, UnaryRequest } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { begunStream } from "./begun-stream.ts";
import { callOf, listenerKey } from "./call.ts";
import { classify } from "./classify.ts";
import {
  type FallbackCacheOptions,
  fallbackCache,
  fallbackCacheDefaults,
  fallbackCacheProblems,
} from "./fallback-cache.ts";
import { type FallbackHandler, type Handling, handling } from "./fallback-handling.ts";
import { asFallback, fallbackKey } from "./fallback-mark.ts";
import type { Happening, Observe } from "./happening.ts";
import type { Class } from "./outcome.ts";
import { below, refuse } from "./problem.ts";

/** The caller takes an answer that is not the peer's; set it in the context values of a call. */
export const acceptFallbackKey: ContextKey<boolean> = createContextKey(false);

export interface FallbackOptions {
  /** Good answers of methods without side effects; false for none. */
  cache: Partial<FallbackCacheOptions> | false;
  /** The handler of a method; undefined where there is none. */
  handler: (method: DescMethod) => FallbackHandler | undefined;
  /** What a method answers when nothing else does; undefined where that would be a lie. */
  rule: (method: DescMethod) => object | undefined;
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
  accept: "asked",
  forServerErrors: false,
  subject: ({ header }) => header.get("authorization") ?? "",
  observe: undefined,
  clock: systemClock,
};

/** Outside retry and breaker, from which it hides nothing. When nothing answers, the error is the original one. */
export function fallback(options: Partial<FallbackOptions> = {}): Interceptor {
  const all = { ...fallbackDefaults, ...options };
  const { handler, rule, accept, forServerErrors, subject, observe, clock } = all;
  const limits = { ...fallbackCacheDefaults, ...all.cache };
  if (all.cache !== false) refuse(below("cache", fallbackCacheProblems(limits)));
  const cache = all.cache === false ? undefined : fallbackCache(limits, clock);
  const handlers: Handling = handling(clock);

  async function answer(req: AnyRequest, request: Message, error: unknown): Promise<AnyResponse> {
    if (!isAnswered(classify(error, req.signal).class, forServerErrors)) throw error;
    const tell = (by: Extract<Happening, { kind: "fallback" }>["by"]) => {
      const happening: Happening = { kind: "fallback", method: req.method, by, error };
      observe?.(happening);
      req.contextValues.get(listenerKey)?.(happening);
    };
    const key = fallbackKey(req, request, subject(req));
    const kept = req.stream ? undefined : cache?.find(req as UnaryRequest, key);
    if (kept) {
      tell("cache");
      return asFallback(req, [kept.message], { by: "cache", ageMs: kept.ageMs });
    }
    const made = await handlers.run(handler(req.method), { req, request, error, key, call: callOf(req, clock) });
    if (made) {
      tell("handler");
      return asFallback(req, made, { by: "handler" });
    }
    const fixed = rule(req.method);
    if (fixed === undefined) throw error;
    tell("rule");
    return asFallback(req, [create(req.method.output, fixed as MessageInitShape<DescMessage>)], { by: "rule" });
  }

  return (next) => (req) => {
    const isAccepted = accept === "always" || req.contextValues.get(acceptFallbackKey);
    if (!isAccepted) return next(req);
    if (req.stream) return streamed(req, (messages) => next({ ...req, message: messages }), answer);
    const { message: request } = req as UnaryRequest;
    return next(req).then(
      (res) => {
        cache?.keep(req as UnaryRequest, fallbackKey(req, request, subject(req)), res.message as Message);
        return res;
      },
      (error: unknown) => answer(req, request, error),
    );
  };
}

/** A server stream, until its first message: what it has said can't be taken back. Other streams pass. */
async function streamed(
  req: StreamRequest,
  next: (messages: StreamRequest["message"]) => Promise<AnyResponse>,
  answer: (req: AnyRequest, request: Message, error: unknown) => Promise<AnyResponse>,
): Promise<AnyResponse> {
  if (req.method.methodKind !== "server_streaming") return next(req.message);
  const [request] = (await Array.fromAsync(req.message)) as Message[];
  async function* again() {
    yield request;
  }
  try {
    const nothing = () => {};
    return await begunStream((await next(again() as never)) as StreamResponse, nothing, (error) => error);
  } catch (error) {
    return answer(req, request!, error);
  }
}

/** What a caller can do nothing about and the peer has not decided. */
function isAnswered(of: Class, forServerErrors: boolean): boolean {
  return answered.has(of) || (of === "server" && forServerErrors);
}

const answered = new Set<Class>(["local", "unsent", "timeout", "deadline", "broken", "unavailable", "overload"]);
