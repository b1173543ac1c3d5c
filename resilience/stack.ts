// THE ORDER of the pieces around a call, outermost first, with the reason of each; in the end they are one Transport.
import type { DescService } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import type { Interceptor } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { type Rng, systemRng } from "#core/rng.ts";
import { chained } from "./call/chained.ts";
import { idempotencyKeys } from "./call/idempotency.ts";
import { type CallCounts, type Counting, callCounts } from "./call-counts.ts";
import { isHedged, longestAttemptMs, methodsOf, pieceFor, type ResilienceConfig } from "./config.ts";
import { frozen } from "./frozen.ts";
import type { Observe } from "./happening.ts";
import { hedge } from "./hedge/hedge.ts";
import { cuttable } from "./pool/cuttable.ts";
import { type PoolOptions, poolDefaults, type Strategy } from "./pool/options.ts";
import { type Pool, pool } from "./pool/pool.ts";
import type { PoolStats } from "./pool/pool-stats.ts";
import { endpointProblems, type Lookup, parseEndpoints } from "./pool/resolve.ts";
import { refuse } from "./problem.ts";
import { type ResumeParts, resume } from "./resume/resume.ts";
import { retry } from "./retry/retry.ts";
import { retryBudget } from "./retry/retry-budget.ts";
import { criticality } from "./server/criticality.ts";
import { attemptTimeout } from "./time/attempt-timeout.ts";
import { deadline } from "./time/deadline.ts";
import type { TimeoutStats } from "./time/method-times.ts";
import { type StallMonitor, stallMonitor } from "./time/stall.ts";
import { streamTimeout } from "./time/stream-timeout.ts";
import { validateConfig } from "./validate-config.ts";

export interface StackOptions extends Pick<PoolOptions, "agent" | "endpoints" | "transport"> {
  /** Finds the addresses of endpoints that are DNS names. */
  lookup?: Lookup;
  config?: ResilienceConfig;
  /** The services that will be called, so that a configuration can be held against them. */
  services?: readonly DescService[];
  /** Asks an endpoint whether it is well; without it nobody asks. */
  healthCheck?: (url: string, signal: AbortSignal) => Promise<void>;
  /** What answers in the peer's place, such as `fallback({ … })`. */
  fallback?: Interceptor;
  /** Where the places of resumable streams are kept over the end of this process. */
  checkpoints?: NonNullable<ResumeParts["checkpoints"]>;
  /** See each call once, above its attempts: identity, request ids. */
  callInterceptors?: readonly Interceptor[];
  /** See each attempt: fresh tokens, traces. */
  attemptInterceptors?: readonly Interceptor[];
  observe?: Observe;
  /** Shared with others; else this one has its own. */
  stall?: Pick<StallMonitor, "lagSince">;
  clock?: Clock;
  rng?: Rng;
}

/** A snapshot; deeply frozen. */
export interface ResilienceMetrics extends CallCounts {
  readonly budget: { readonly tokens: number; readonly maxTokens: number; readonly denied: number };
  /** The time limits of attempts, by "pkg.Service/Method". */
  readonly timeouts: Readonly<Record<string, TimeoutStats>>;
  readonly pool: PoolStats;
  /** How an endpoint is picked. */
  readonly strategy: Strategy;
}

export interface ResilientTransport extends Transport {
  getMetrics(): ResilienceMetrics;
  /** Takes no new calls, lets those under way end for as long as given, then cuts them. */
  close(withinMs?: number): Promise<void>;
}

/** Throws a ConfigError that names every problem. */
export function resilientTransport(options: StackOptions): ResilientTransport {
  const { callInterceptors = [], attemptInterceptors = [], checkpoints, fallback } = options;
  const { services = [], lookup, clock = systemClock, rng = systemRng } = options;
  // A copy: what the caller does to its own later changes nothing here.
  const config = frozen(options.config ?? {});
  const endpoints = typeof options.endpoints === "string" ? parseEndpoints(options.endpoints) : options.endpoints;
  refuse([...endpointProblems(endpoints, lookup !== undefined), ...validateConfig(config, services)]);
  const parts = { clock, rng };
  const ownStall = options.stall ? undefined : stallMonitor({ clock });
  const stall = options.stall ?? ownStall!;
  const counting = callCounts({ hasFallback: fallback !== undefined });
  const observe: Observe = (happening) => {
    counting.observe(happening);
    options.observe?.(happening);
  };
  const budget = retryBudget(config.retryBudget);
  const attempts = attemptTimeout({ methods: methodsOf(config, "attemptTimeout"), stall, clock });
  const endpointPool = poolOf({ ...options, endpoints, config, observe, stall, clock }, counting);
  const interceptors: Interceptor[] = [
    // counts what the caller sees, once a call
    counting.interceptor,
    // outside all that fails, so that it hides no failure from what learns from failures
    ...(fallback ? [fallback] : []),
    // of streams: each time one is taken up again is a call of its own for all that follows
    resume({ methods: methodsOf(config, "resume"), budget, ...(checkpoints && { checkpoints }), observe, ...parts }),
    // the whole time, so that queues, waits and attempts all spend it
    deadline({ methods: methodsOf(config, "deadline"), clock }),
    // the same on all attempts
    ...callInterceptors,
    idempotencyKeys(parts),
    // what is done for another call matters no more than that one
    criticality(),
    // one of the two for a method: attempts of one would multiply those of the other
    hedge({
      methods: (method) => isHedged(config, method) && pieceFor(config, "hedge", method),
      p95Ms: (method) => attempts.timeouts.quantileMs(method, 0.95),
      budget,
      observe,
      clock,
    }),
    retry({
      methods: (method) => (isHedged(config, method) ? false : pieceFor(config, "retry", method)),
      budget,
      observe,
      ...parts,
    }),
    // inside retry, so that an attempt that hangs leaves time for another; outside the pool, whose evidence it is
    attempts,
    streamTimeout({ methods: methodsOf(config, "streamTimeout"), clock }),
    // each attempt anew
    ...attemptInterceptors,
    // beneath lies the pool: pick, breaker, in-flight count, outcome, then the endpoint's own transport
  ];
  const isOwn = callInterceptors.length + attemptInterceptors.length === 0 && fallback === undefined;
  return {
    // No default here: the deadline's own options say how long calls may take.
    ...chained(endpointPool, { interceptors, defaultTimeoutMs: undefined, isOwn, clock }),
    getMetrics: () =>
      frozen({
        ...counting.counts(),
        budget: budget.stats(),
        timeouts: attempts.timeouts.stats(),
        pool: endpointPool.stats(),
        strategy: config.strategy ?? poolDefaults.strategy,
      }),
    async close(withinMs) {
      try {
        await endpointPool.close(withinMs);
      } finally {
        ownStall?.stop();
      }
    },
  };
}

/** What lies beneath: one pass for each attempt. */
function poolOf(options: StackOptions & { config: ResilienceConfig }, counting: Counting): Pool {
  const { agent, endpoints, transport, lookup, config, healthCheck, observe, stall, clock, rng } = options;
  const { strategy, breaker, ejection, panicThreshold, health } = config;
  // A probe may be out for as long as the longest attempt, and a second.
  const probeTimeoutMs = longestAttemptMs(config) + 1000;
  const probing = Number.isFinite(probeTimeoutMs) && { probeTimeoutMs: Math.min(probeTimeoutMs, 2 ** 31 - 1) };
  return pool({
    agent,
    endpoints,
    transport: (url) => cuttable(counting.around(transport(url)), agent),
    breaker: breaker !== false && { ...probing, ...breaker },
    ...(lookup && { lookup }),
    ...(strategy && { strategy }),
    ...(ejection !== undefined && { ejection }),
    ...(panicThreshold !== undefined && { panicThreshold }),
    ...(healthCheck && health !== false && { health: { check: healthCheck, ...health } }),
    ...(observe && { observe }),
    ...(stall && { stall }),
    ...(clock && { clock }),
    // Without one the pool has a quicker one of its own: it draws for every call.
    ...(rng && { rng }),
  });
}
