// What a resilient client can be told, and how it differs by service and by method.
import type { DescMethod } from "@bufbuild/protobuf";
import type { CircuitOptions } from "./breaker/circuit.ts";
import { canBeHedged } from "./hedge/hedge.ts";
import type { HedgeOptions } from "./hedge/hedge-delay.ts";
import type { EjectionOptions } from "./outliers/ejection.ts";
import type { HealthLoopOptions } from "./pool/health-loop.ts";
import type { Strategy } from "./pool/options.ts";
import type { ResumeOptions } from "./resume/resume.ts";
import type { RetryOptions } from "./retry/retry.ts";
import type { RetryBudgetOptions } from "./retry/retry-budget.ts";
import { type AttemptTimeoutOptions, attemptTimeoutDefaults } from "./time/adaptive-timeout.ts";
import { type DeadlineOptions, deadlineDefaults } from "./time/deadline.ts";
import { type StreamTimeoutOptions, streamTimeoutDefaults } from "./time/stream-timeout.ts";

/** What holds for calls of a method; false turns a piece off. */
export interface MethodPolicy {
  /** Time of the whole call, and what a hop keeps for itself. */
  deadline?: Partial<DeadlineOptions>;
  retry?: Partial<RetryOptions> | false;
  /** In the place of retry, for methods that may be repeated; off unless given. */
  hedge?: Partial<HedgeOptions> | false;
  attemptTimeout?: Partial<AttemptTimeoutOptions> | false;
  streamTimeout?: Partial<StreamTimeoutOptions> | false;
  /** Of server streams whose server journals them. */
  resume?: Partial<ResumeOptions> | false;
}

export interface ResilienceConfig {
  /** What holds for every method. */
  defaults?: MethodPolicy;
  /** What differs for a service, such as "pkg.Service". */
  services?: Readonly<Record<string, MethodPolicy>>;
  /** What differs for a method, such as "pkg.Service/Method". */
  methods?: Readonly<Record<string, MethodPolicy>>;
  /** One for all calls to the peer. */
  retryBudget?: Partial<RetryBudgetOptions>;
  /** How an endpoint is picked. */
  strategy?: Strategy;
  /** One an endpoint and service. */
  breaker?: Partial<CircuitOptions> | false;
  ejection?: Partial<EjectionOptions> | false;
  /** Below this share of endpoints that take calls, ejections are ignored; 0 turns that off. */
  panicThreshold?: number;
  /** How often endpoints are asked whether they are well. */
  health?: Partial<HealthLoopOptions> | false;
}

export const policyPieces = ["deadline", "retry", "hedge", "attemptTimeout", "streamTimeout", "resume"] as const;
export type PolicyPiece = (typeof policyPieces)[number];

/** How a method is named in a configuration. */
export function methodName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

/** What levels say of a piece, each over those before it, field by field; undefined when they say nothing. */
export function merged<P extends PolicyPiece>(
  levels: readonly MethodPolicy[],
  piece: P,
): NonNullable<MethodPolicy[P]> | undefined {
  let said: NonNullable<MethodPolicy[P]> | undefined;
  for (const { [piece]: own } of levels) {
    if (own === undefined) continue;
    said = own === false || !said ? own : { ...said, ...own };
  }
  return said;
}

/** The levels of a configuration, by where they stand, each behind those that it stands over. */
export function levels({ defaults, services = {}, methods = {} }: ResilienceConfig): Map<string, MethodPolicy[]> {
  const common = defaults === undefined ? [] : [defaults];
  const all = new Map([["defaults", common]]);
  for (const [name, own] of Object.entries(services)) all.set(`services["${name}"]`, [...common, own]);
  for (const [name, own] of Object.entries(methods)) {
    const above = all.get(`services["${name.split("/")[0]}"]`) ?? common;
    all.set(`methods["${name}"]`, [...above, own]);
  }
  return all;
}

/** The levels that concern a method, the most special last. */
function levelsOf({ defaults, services, methods }: ResilienceConfig, method: DescMethod): MethodPolicy[] {
  return [defaults, services?.[method.parent.typeName], methods?.[methodName(method)]].filter(
    (level) => level !== undefined,
  );
}

/** One piece's options for a method; undefined when nothing is said. */
export function pieceFor<P extends PolicyPiece>(config: ResilienceConfig, piece: P, method: DescMethod) {
  return merged(levelsOf(config, method), piece);
}

/** The same as what `perMethod` takes. */
export function methodsOf<P extends PolicyPiece>(config: ResilienceConfig, piece: P) {
  return (method: DescMethod) => pieceFor(config, piece, method);
}

/** Whether a method is hedged and not retried: the most special level that speaks of the two decides. */
export function isHedged(config: ResilienceConfig, method: DescMethod): boolean {
  const spoken = levelsOf(config, method).findLast(({ hedge, retry }) => hedge !== undefined || retry);
  return canBeHedged(method) && Boolean(spoken?.hedge);
}

/** The longest that an attempt may take, of any method, until it is answered or its stream begins; Infinity for no limit. */
export function longestAttemptMs(config: ResilienceConfig): number {
  const longest = [...levels(config).values()].map((all) => {
    const { timeoutMs = Number.POSITIVE_INFINITY } = { ...deadlineDefaults, ...merged(all, "deadline") };
    const attempt = merged(all, "attemptTimeout");
    const stream = merged(all, "streamTimeout");
    const ceilingMs =
      attempt === false ? Number.POSITIVE_INFINITY : { ...attemptTimeoutDefaults, ...attempt }.ceilingMs;
    const firstMs = stream === false ? undefined : { ...streamTimeoutDefaults, ...stream }.firstMs;
    return Math.min(ceilingMs, Math.max(timeoutMs, firstMs ?? Number.POSITIVE_INFINITY));
  });
  return Math.max(...longest);
}
