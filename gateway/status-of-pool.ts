// What an agent's pool is up to, in the words of the contract.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Duration, durationFromMs } from "@bufbuild/protobuf/wkt";
import type { PeerReadiness } from "#clients/readiness.ts";
import type {
  AgentStatusSchema,
  BreakerStatusSchema,
  EndpointStatusSchema,
  TimeoutStatusSchema,
} from "#gen/synapse/v1/operations_pb.ts";
import type { EndpointStats, ServiceStats } from "#resilience/pool/pool-stats.ts";
import type { ResilienceMetrics } from "#resilience/stack.ts";

type PoolStatus = Pick<
  MessageInitShape<typeof AgentStatusSchema>,
  "endpoints" | "timeouts" | "budget" | "calls" | "panic" | "balancer"
>;

/** `seen` is what each address answered. */
export function poolStatus(metrics: ResilienceMetrics, seen: ReadonlyMap<string, PeerReadiness>): PoolStatus {
  const { pool, strategy, timeouts, budget, calls, attempts, retries, failovers, streams } = metrics;
  return {
    endpoints: pool.endpoints.map((endpoint) => endpointStatus(endpoint, seen.get(endpoint.url))),
    timeouts: Object.entries(timeouts).map(
      ([method, { currentMs, p50, p95, p99, samples }]): MessageInitShape<typeof TimeoutStatusSchema> => ({
        method,
        current: wholeMs(currentMs),
        // Of no samples there is no median.
        ...(samples > 0 && { p50: wholeMs(p50), p95: wholeMs(p95), p99: wholeMs(p99) }),
        samples,
      }),
    ),
    budget: { tokens: budget.tokens, maxTokens: budget.maxTokens, denied: BigInt(budget.denied) },
    calls: {
      ok: BigInt(calls.ok),
      failed: BigInt(calls.failed),
      canceled: BigInt(calls.canceled),
      degraded: BigInt(calls.degraded),
      attempts: BigInt(attempts),
      retries: BigInt(retries),
      failovers: BigInt(failovers),
      resumed: BigInt(streams.resumed),
    },
    panic: pool.panic,
    balancer: strategy,
  };
}

function endpointStatus(
  { url, weight, pending, picks, isDraining, ejectedMs, services }: EndpointStats,
  readiness: PeerReadiness | undefined,
): MessageInitShape<typeof EndpointStatusSchema> {
  const all = Object.entries(services);
  const coolMs = Math.max(0, ...all.map(([, { coolMs }]) => coolMs));
  // The latencies of different methods are no measure of each other: the longest is shown.
  const latencies = all.flatMap(([, { latencyMs }]) => Object.values(latencyMs));
  return {
    url,
    ready: readiness?.ready ?? false,
    problem: readiness?.problem ?? "",
    inFlight: pending,
    picks: BigInt(picks),
    ...(latencies.length > 0 && { latency: wholeMs(Math.max(...latencies)) }),
    weight,
    draining: isDraining,
    ...(ejectedMs > 0 && { ejected: wholeMs(ejectedMs) }),
    ...(coolMs > 0 && { cooling: wholeMs(coolMs) }),
    breakers: all.flatMap(([service, { breaker }]) => (breaker ? [breakerStatus(service, breaker)] : [])),
  };
}

function breakerStatus(
  service: string,
  { kind, restMs, opens, rejected, late }: NonNullable<ServiceStats["breaker"]>,
): MessageInitShape<typeof BreakerStatusSchema> {
  return {
    service,
    state: kind,
    ...(restMs > 0 && { rest: wholeMs(restMs) }),
    opens: BigInt(opens),
    rejected: BigInt(rejected),
    late: BigInt(late),
  };
}

/** A Duration takes whole milliseconds only. */
export function wholeMs(ms: number): Duration {
  return durationFromMs(Math.round(ms));
}
