// What a configuration may get wrong, and where the problem is said to be.
import type { ResilienceConfig } from "../config.ts";

/** A configuration as JSON may have it. */
export const untyped = (config: object) => config as ResilienceConfig;

/** What a policy may get wrong, and where the problem is said to be. */
export const policies: [policy: object, path: string][] = [
  [{ retry: { maxAttempts: 1 } }, "retry.maxAttempts"],
  [{ retry: { maxAttempts: 2.5 } }, "retry.maxAttempts"],
  [{ retry: { maxAttempts: Number.NaN } }, "retry.maxAttempts"],
  [{ retry: { maxAttempts: "3" } }, "retry.maxAttempts"],
  [{ retry: { initialMs: 0 } }, "retry.initialMs"],
  [{ retry: { initialMs: 200, maxMs: 100 } }, "retry.maxMs"],
  [{ retry: { maxMs: 2 ** 31 } }, "retry.maxMs"],
  [{ retry: { multiplier: 0.9 } }, "retry.multiplier"],
  [{ retry: { jitter: 1 } }, "retry.jitter"],
  [{ retry: { jitter: -0.1 } }, "retry.jitter"],
  [{ retry: { jitterMode: "some" } }, "retry.jitterMode"],
  [{ retry: { maxPushbackMs: Number.NaN } }, "retry.maxPushbackMs"],
  [{ retry: { maxAttemps: 3 } }, "retry.maxAttemps"],
  [{ retry: true }, "retry"],
  [{ retry: {}, hedge: {} }, "hedge"],
  [{ hedge: { maxAttempts: 4 } }, "hedge.maxAttempts"],
  [{ hedge: { delayMs: -1 } }, "hedge.delayMs"],
  [{ hedge: { delayMs: "20" } }, "hedge.delayMs"],
  [{ hedge: { fallbackMs: Number.POSITIVE_INFINITY } }, "hedge.fallbackMs"],
  [{ deadline: { timeoutMs: 0 } }, "deadline.timeoutMs"],
  [{ deadline: { hopMarginShare: 1 } }, "deadline.hopMarginShare"],
  [{ deadline: false }, "deadline"],
  [{ attemptTimeout: { factor: 1.1 } }, "attemptTimeout.factor"],
  [{ attemptTimeout: { floorMs: 200, ceilingMs: 100 } }, "attemptTimeout.floorMs"],
  [{ attemptTimeout: { minSamples: 20, window: 10 } }, "attemptTimeout.minSamples"],
  [{ attemptTimeout: { quantile: 99 } }, "attemptTimeout.quantile"],
  [{ attemptTimeout: { ceilingMs: 6000 }, deadline: { timeoutMs: 5000 } }, "attemptTimeout.ceilingMs"],
  [{ streamTimeout: { idleMs: 0 } }, "streamTimeout.idleMs"],
  [{ resume: { maxResumes: 0 } }, "resume.maxResumes"],
  [{ resume: { onEpochLost: "restartAndSkip" } }, "resume.onEpochLost"],
  [{ resume: { position: { off: 1 } } }, "resume.position.off"],
  [{ resume: { position: "seq" } }, "resume.position"],
  [{ timeout: 5 }, "timeout"],
];

/** The same of what the peer has one of. */
export const common: [part: ResilienceConfig, paths: string[]][] = [
  [{ retryBudget: { maxTokens: 1001 } }, ["retryBudget.maxTokens"]],
  [{ retryBudget: { tokenRatio: 0 } }, ["retryBudget.tokenRatio"]],
  [{ retryBudget: { concurrency: { share: 2, least: 3 } } }, ["retryBudget.concurrency.share"]],
  [untyped({ retryBudget: { concurrency: null } }), ["retryBudget.concurrency"]],
  [{ breaker: { failureLimit: 0 } }, ["breaker.failureLimit"]],
  [{ breaker: { restMs: 0 } }, ["breaker.restMs"]],
  [{ breaker: { restMs: 400_000 } }, ["breaker.restMs"]],
  [{ breaker: { resetBackoff: 0.5 } }, ["breaker.resetBackoff"]],
  [{ breaker: { successLimit: 0 } }, ["breaker.successLimit"]],
  [
    { breaker: { window: { ms: 10_000, buckets: 0, minCalls: 1.5, failureRate: 50 } } },
    ["breaker.window.buckets", "breaker.window.minCalls", "breaker.window.failureRate"],
  ],
  [
    untyped({ breaker: { slow: { rate: 0.5, calls: 32, milliseconds: 1 } } }),
    ["breaker.slow.milliseconds", "breaker.slow.calls"],
  ],
  [{ ejection: { maxShare: 50 } }, ["ejection.maxShare"]],
  [{ ejection: { baseMs: 400_000 } }, ["ejection.baseMs"]],
  [{ ejection: { stdevFactor: 0 } }, ["ejection.stdevFactor"]],
  [{ panicThreshold: 50 }, ["panicThreshold"]],
  [untyped({ strategy: "random" }), ["strategy"]],
  [{ health: { intervalMs: 1000, timeoutMs: 1000 } }, ["health.intervalMs"]],
  [untyped(null as never), ["config"]],
  [untyped({ retires: {} }), ["retires"]],
  [untyped({ defaults: [] }), ["defaults"]],
  [untyped({ services: { "p.S": null } }), ['services["p.S"]']],
];
