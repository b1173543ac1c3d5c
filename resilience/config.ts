// What a resilient client can be told, and how it differs by service and by method.
import type { DescMethod } from "@bufbuild/protobuf";
import type { AttemptTimeoutOptions } from "./adaptive-timeout.ts";
import type { CircuitOptions } from "./circuit.ts";
import type { DeadlineOptions } from "./deadline.ts";
import type { EjectionOptions } from "./ejection.ts";
import type { HedgeOptions } from "./hedge-delay.ts";
import type { HealthLoopOptions } from "./pool/health-loop.ts";
import type { Strategy } from "./pool/options.ts";
import type { ResumeOptions } from "./resume/resume.ts";
import type { RetryOptions } from "./retry.ts";
import type { RetryBudgetOptions } from "./retry-budget.ts";
import type { StreamTimeoutOptions } from "./stream-timeout.ts";

/** What holds for calls of a method; false turns a piece off. */
export interface MethodPolicy {
  /** Time of the whole call, and what a hop keeps for itself. */
  deadline?: Partial<DeadlineOptions>;
  retry?: Partial<RetryOptions> | false;
  /** In the place of retry; off unless given. */
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

/** The levels that concern a method, the most special last. */
export function levelsOf(config: ResilienceConfig, method: DescMethod): MethodPolicy[] {
  const { defaults, services, methods } = config;
  return [defaults, services?.[method.parent.typeName], methods?.[methodName(method)]].filter(
    (level) => level !== undefined,
  );
}

/** One piece's options for a method: method over service over defaults, field by field; undefined when nothing is said. */
export function pieceFor<P extends PolicyPiece>(
  config: ResilienceConfig,
  piece: P,
  method: DescMethod,
): NonNullable<MethodPolicy[P]> | undefined {
  let said: NonNullable<MethodPolicy[P]> | undefined;
  for (const { [piece]: own } of levelsOf(config, method)) {
    if (own === undefined) continue;
    said = own === false || !said ? own : { ...said, ...own };
  }
  return said;
}

/** The same as what `perMethod` takes. */
export function methodsOf<P extends PolicyPiece>(config: ResilienceConfig, piece: P) {
  return (method: DescMethod) => pieceFor(config, piece, method);
}
