// What a client needs, in one place. Servers find theirs in server.ts, tests in testing/kit.ts; the project's own rooms import the files.

// Connect's client, whose streams end at the server when their reader leaves: on any Transport.
export { client } from "#core/callable.ts";
// What happened to a call, and why it failed.
export { failureOf, Reason, reasonOf } from "#core/failure.ts";
export { type Origin, originOf } from "#core/origin.ts";
export { plainRules } from "./breaker/circuit.ts";
export { circuitBreaker } from "./breaker/circuit-breaker.ts";
export { listenerKey } from "./call/call.ts";
export { chained } from "./call/chained.ts";
export { classify } from "./call/classify.ts";
export { idempotencyKeys } from "./call/idempotency.ts";
export type { Class, Outcome } from "./call/outcome.ts";
export { type Pushback, pushbackOf } from "./call/pushback.ts";
// What it can be told.
export type { MethodPolicy, ResilienceConfig } from "./config.ts";
export { acceptFallbackKey, fallback } from "./fallback/fallback.ts";
export { fallbackOf } from "./fallback/fallback-mark.ts";
export type { Happening, Observe } from "./happening.ts";
export { hedge } from "./hedge/hedge.ts";
// A Transport over many endpoints, and connections that are lent out.
export { leasedTransport } from "./pool/leased-transport.ts";
export { type Pool, type PoolOptions, pool } from "./pool/pool.ts";
export { type EndpointSpec, type Lookup, parseEndpoints } from "./pool/resolve.ts";
export { ConfigError, type Problem } from "./problem.ts";
// A client, or a Transport, with everything around it.
export { createResilientClient, type ResilientClient, type ResilientClientOptions } from "./resilient-client.ts";
export { type CheckpointStore, memoryCheckpoints, storedCheckpoints, type TextStorage } from "./resume/checkpoint.ts";
export { positionOf, resume } from "./resume/resume.ts";
export { retry } from "./retry/retry.ts";
export { budgetPerService, type RetryBudget, retryBudget } from "./retry/retry-budget.ts";
export { type Criticality, criticality, criticalityHeader } from "./server/criticality.ts";
export { fromServiceConfig, type ServiceConfig } from "./service-config.ts";
export { type ResilienceMetrics, type ResilientTransport, resilientTransport, type StackOptions } from "./stack.ts";
// The pieces, each an interceptor of its own: on a stock transport, or `chained` around any.
export { attemptTimeout } from "./time/attempt-timeout.ts";
export { deadline } from "./time/deadline.ts";
// For calls made on behalf of others: within their time, and not more important than they are.
export { inbound, within } from "./time/inbound.ts";
export { type StallMonitor, stallMonitor } from "./time/stall.ts";
export { streamTimeout } from "./time/stream-timeout.ts";
export { validateConfig } from "./validate-config.ts";
