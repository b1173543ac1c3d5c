// What calls to the agents go through, for Prometheus: read off the pools when the page is asked for.
import type { Attributes, BatchObservableResult, Meter, Observable } from "@opentelemetry/api";
import { type Agents, agentNames } from "#clients/agents.ts";
import type { EndpointStats } from "#resilience/pool/pool-stats.ts";
import type { ResilienceMetrics } from "#resilience/stack.ts";

/** A breaker's state as a number, for graphs. */
const stateNumbers = { closed: 0, "half-open": 1, open: 2, "forced-open": 3, disabled: 4 } as const;

/** Names follow gRPC's (A66, A91, A96) where it has one. Labels come from the configuration and the schema only. */
export function showResilience({ transports }: Pick<Agents, "transports">, meter: Meter): void {
  const counter = (name: string, description: string) => meter.createObservableCounter(name, { description });
  const gauge = (name: string, description: string, unit = "") =>
    meter.createObservableGauge(name, { description, unit });
  const shown = {
    calls: counter("synapse.client.calls", "Calls to agents by how they ended, each once whatever it took"),
    active: gauge("synapse.client.active", "Calls to agents under way"),
    attempts: counter("grpc.client.attempt.started", "Attempts of calls to agents"),
    retries: counter("grpc.client.call.retries", "Attempts that repeat a failed one"),
    denied: counter("synapse.retry.denied", "Failed attempts that were the last, by why"),
    hedges: counter("grpc.client.call.hedges", "Attempts sent beside a slow one, by what became of them"),
    failovers: counter("synapse.failovers", "Attempts that went to another replica than the failed one"),
    streams: counter("synapse.stream.resumed", "Broken streams that went on, or began anew"),
    tokens: gauge("synapse.retry.tokens", "What retries may still spend; they stop at half of the largest"),
    timeout: gauge("synapse.attempt.timeout", "How long an attempt may take now", "s"),
    picks: counter("synapse.lb.picks", "Attempts by replica"),
    pending: gauge("synapse.lb.pending", "Attempts under way by replica"),
    healthy: gauge("synapse.lb.healthy", "Whether a replica gets calls: neither ejected, draining nor unwell"),
    ejections: counter("grpc.lb.outlier_detection.ejections_enforced", "Replicas that were ejected"),
    panic: gauge("synapse.lb.panic", "Whether ejections are ignored because too few replicas are left"),
    state: gauge("synapse.breaker.state", "0 closed, 1 half-open, 2 open, 3 forced open, 4 disabled"),
    opens: counter("synapse.breaker.opens", "How often a breaker opened"),
    rejected: counter("synapse.breaker.rejected", "Calls a breaker refused"),
  };
  const show = (result: BatchObservableResult) => {
    for (const agent of agentNames) {
      const metrics = transports[agent].getMetrics();
      showCalls(result, shown, metrics, { agent });
      for (const endpoint of metrics.pool.endpoints) showEndpoint(result, shown, endpoint, { agent });
    }
  };
  meter.addBatchObservableCallback(show, Object.values(shown));
}

type Shown = Readonly<Record<string, Observable>>;

function showCalls(result: BatchObservableResult, shown: Shown, metrics: ResilienceMetrics, labels: Attributes): void {
  const { calls, active, attempts, retries, denied, hedges, failovers, streams, budget, timeouts, pool } = metrics;
  const tell = (what: Observable | undefined, value: number, more: Attributes = {}) =>
    result.observe(what!, value, { ...labels, ...more });
  for (const [ended, count] of Object.entries(calls)) tell(shown.calls, count, { ended });
  for (const [why, count] of Object.entries(denied)) if (count > 0) tell(shown.denied, count, { why });
  for (const [what, count] of Object.entries(hedges)) if (count > 0) tell(shown.hedges, count, { what });
  for (const [how, count] of Object.entries(streams)) tell(shown.streams, count, { how });
  for (const [method, { currentMs }] of Object.entries(timeouts)) {
    tell(shown.timeout, currentMs / 1000, { "rpc.method": method });
  }
  tell(shown.active, active);
  tell(shown.attempts, attempts);
  tell(shown.retries, retries);
  tell(shown.failovers, failovers);
  tell(shown.tokens, budget.tokens);
  tell(shown.ejections, pool.ejections);
  tell(shown.panic, pool.panic ? 1 : 0);
}

function showEndpoint(result: BatchObservableResult, shown: Shown, endpoint: EndpointStats, labels: Attributes): void {
  const { url, picks, pending, isDraining, isHealthy, ejectedMs, services } = endpoint;
  const of = { ...labels, endpoint: url };
  result.observe(shown.picks!, picks, of);
  result.observe(shown.pending!, pending, of);
  result.observe(shown.healthy!, isHealthy && !isDraining && ejectedMs === 0 ? 1 : 0, of);
  for (const [service, { breaker }] of Object.entries(services)) {
    if (breaker === undefined) continue;
    const ofService = { ...of, "rpc.service": service };
    result.observe(shown.state!, stateNumbers[breaker.kind], ofService);
    result.observe(shown.opens!, breaker.opens, ofService);
    result.observe(shown.rejected!, breaker.rejected, ofService);
  }
}
