// What a pool can be told, and what is wrong with it.
import { type Clock, systemClock } from "#core/clock.ts";
import { type Rng, seeded, systemRng } from "#core/rng.ts";
import type { Choose } from "../balance/candidate.ts";
import { leastConnections } from "../balance/least-connections.ts";
import { leastResponseTime } from "../balance/least-response-time.ts";
import { p2c } from "../balance/p2c.ts";
import { type PeakEwmaOptions, peakEwmaDefaults, peakEwmaProblems } from "../balance/peak-ewma.ts";
import { roundRobin } from "../balance/round-robin.ts";
import { weighted } from "../balance/weighted.ts";
import { type CircuitOptions, circuitDefaults, circuitProblems } from "../breaker/circuit.ts";
import type { Observe } from "../happening.ts";
import { type CooldownOptions, cooldownDefaults, cooldownProblems } from "../outliers/cooldown.ts";
import { type EjectionOptions, ejectionDefaults, ejectionProblems } from "../outliers/ejection.ts";
import { below, must, type Problem } from "../problem.ts";
import type { StallMonitor } from "../time/stall.ts";
import type { ClosableTransport } from "./endpoint.ts";
import { type HealthLoopOptions, healthLoopDefaults, healthLoopProblems } from "./health-loop.ts";
import {
  type EndpointSpec,
  endpointProblems,
  type Lookup,
  parseEndpoints,
  resolveDefaults,
  resolveProblems,
} from "./resolve.ts";

const choices = {
  "p2c-peak-ewma": p2c,
  "round-robin": roundRobin,
  weighted,
  "least-connections": leastConnections,
  "least-response-time": leastResponseTime,
} satisfies Record<string, Choose>;

/** How an endpoint is picked of those that take calls. */
export type Strategy = keyof typeof choices;

export const strategies = Object.keys(choices) as Strategy[];

export const choiceOf = (strategy: Strategy): Choose => choices[strategy];

export interface PoolOptions {
  /** The peer's name, for errors. */
  agent: string;
  /** Such as "http://a:1,http://b:2;weight=2,dns+http://name:5011". */
  endpoints: readonly EndpointSpec[] | string;
  /** Made once for each endpoint, with its first call; one that holds connections has a `close`. */
  transport: (url: string) => ClosableTransport;
  strategy: Strategy;
  /** Of an endpoint's latency. */
  ewma: Partial<PeakEwmaOptions>;
  /** One circuit for each endpoint and service; false for none. */
  breaker: Partial<CircuitOptions> | false;
  /** Whether internal, unknown and data_loss are failures of the endpoint. */
  countInternal: boolean;
  ejection: Partial<EjectionOptions> | false;
  /** Below this share of endpoints that take calls, ejections are ignored; 0 for never. */
  panicThreshold: number;
  /** What a peer at its limit gets; false for nothing. */
  cooldown: Partial<CooldownOptions> | false;
  /** Asks endpoints whether they are well; undefined for never. Best on the way that calls take. */
  health: (Partial<HealthLoopOptions> & { check: (url: string, signal: AbortSignal) => Promise<void> }) | undefined;
  /** Finds the addresses of DNS names. */
  lookup: Lookup | undefined;
  /** How often names are asked for again, in milliseconds. */
  lookupEveryMs: number;
  /** How long `close` waits for what is under way, in milliseconds. */
  drainMs: number;
  observe: Observe | undefined;
  /** Where given, timeouts that came of this process standing still are no evidence. */
  stall: Pick<StallMonitor, "lagSince"> | undefined;
  clock: Clock;
  rng: Rng;
}

export type GivenPoolOptions = Partial<PoolOptions> & Pick<PoolOptions, "agent" | "endpoints" | "transport">;

/** A pool draws for every call, and no secret: from a sequence that begins anywhere. */
const quickRng = () => seeded(systemRng.float() * 2 ** 32);

export const poolDefaults = {
  strategy: "p2c-peak-ewma",
  ewma: {},
  breaker: {},
  countInternal: false,
  ejection: {},
  panicThreshold: 0.5,
  cooldown: {},
  health: undefined,
  lookup: undefined,
  lookupEveryMs: resolveDefaults.everyMs,
  drainMs: 30_000,
  observe: undefined,
  stall: undefined,
  clock: systemClock,
} satisfies Partial<PoolOptions>;

/** All there is to know, with nothing left out. */
export interface PoolSetting extends PoolOptions {
  readonly named: readonly EndpointSpec[];
  readonly ewma: PeakEwmaOptions;
  readonly breaker: CircuitOptions | false;
  readonly ejection: EjectionOptions | false;
  readonly cooldown: CooldownOptions | false;
}

export function poolSetting(given: GivenPoolOptions): PoolSetting {
  const options = { ...poolDefaults, ...given };
  const { endpoints, breaker, ejection, cooldown, clock } = options;
  const rng = options.rng === undefined || options.rng === systemRng ? quickRng() : options.rng;
  return {
    ...options,
    rng,
    named: typeof endpoints === "string" ? parseEndpoints(endpoints) : endpoints,
    ewma: { ...peakEwmaDefaults, ...options.ewma },
    breaker: breaker && { ...circuitDefaults, clock, rng, ...breaker },
    ejection: ejection && { ...ejectionDefaults, ...ejection },
    cooldown: cooldown && { ...cooldownDefaults, ...cooldown },
  };
}

export function poolProblems(setting: PoolSetting): Problem[] {
  const { named, lookup, strategy, ewma, breaker, ejection, cooldown, health, panicThreshold, drainMs } = setting;
  return [
    ...endpointProblems(named, lookup !== undefined),
    ...must(strategies.includes(strategy), "strategy", `must be one of ${strategies.join(", ")}, got ${strategy}`),
    ...below("ewma", peakEwmaProblems(ewma)),
    ...(breaker ? below("breaker", circuitProblems(breaker)) : []),
    ...(ejection ? below("ejection", ejectionProblems(ejection)) : []),
    ...must(panicThreshold >= 0 && panicThreshold <= 1, "panicThreshold", `must be from 0 to 1, got ${panicThreshold}`),
    ...(cooldown ? below("cooldown", cooldownProblems(cooldown)) : []),
    ...(health ? below("health", healthLoopProblems({ ...healthLoopDefaults, ...health })) : []),
    ...resolveProblems({ everyMs: setting.lookupEveryMs, timeoutMs: resolveDefaults.timeoutMs }).map((problem) => ({
      ...problem,
      path: "lookupEveryMs",
    })),
    ...must(drainMs >= 0, "drainMs", `must be at least 0, got ${drainMs}`),
  ];
}
