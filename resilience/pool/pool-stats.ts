// What a pool tells of itself: a copy, for people and dashboards.
import type { BreakerKind } from "../breaker/breaker.ts";
import type { CircuitStats } from "../breaker/circuit.ts";
import type { Branch, Endpoint } from "./endpoint.ts";

export interface ServiceStats {
  /** Undefined where breakers are off. */
  readonly breaker: (CircuitStats & { readonly kind: BreakerKind; readonly restMs: number }) | undefined;
  /** How long it gets no calls because it said it was at its limit. */
  readonly coolMs: number;
  /** What calls take there, by method; of those that were called. */
  readonly latencyMs: Readonly<Record<string, number>>;
}

export interface EndpointStats {
  readonly url: string;
  readonly weight: number;
  /** Attempts under way. */
  readonly pending: number;
  /** Attempts so far. */
  readonly picks: number;
  readonly isDraining: boolean;
  readonly isHealthy: boolean;
  /** How long it is still ejected. */
  readonly ejectedMs: number;
  /** By type name; of those that were called. */
  readonly services: Readonly<Record<string, ServiceStats>>;
}

export interface PoolStats {
  readonly endpoints: readonly EndpointStats[];
  /** How often an endpoint was ejected. */
  readonly ejections: number;
  /** Whether ejections are ignored, because too few endpoints are left. */
  readonly panic: boolean;
}

export function statsOf(endpoint: Endpoint, now: number): EndpointStats {
  const { url, weight, pending, picks, isDraining, isHealthy, isEjected, suspect, branches } = endpoint;
  const services = [...branches.values()].map((branch) => [branch.service.typeName, serviceOf(branch, now)]);
  const ejectedMs = isEjected ? Math.max(0, suspect.standing.until - now) : 0;
  return { url, weight, pending, picks, isDraining, isHealthy, ejectedMs, services: Object.fromEntries(services) };
}

function serviceOf({ circuit, cooledUntil, seats }: Branch, now: number): ServiceStats {
  const latencies = [...seats].flatMap(([{ name }, seat]) =>
    seat.latency === undefined ? [] : [[name, seat.latencyMs(now)]],
  );
  return {
    breaker: circuit && { ...circuit.stats(), kind: circuit.kind, restMs: circuit.restMs },
    coolMs: Math.max(0, cooledUntil - now),
    latencyMs: Object.fromEntries(latencies),
  };
}
