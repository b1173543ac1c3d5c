// Finds every problem of a configuration, each with its path: also options nobody knows, and methods that don't exist.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { attemptTimeoutDefaults, attemptTimeoutProblems } from "./adaptive-timeout.ts";
import { circuitDefaults, circuitProblems } from "./circuit.ts";
import { type MethodPolicy, methodName, policyPieces, type ResilienceConfig } from "./config.ts";
import { deadlineDefaults, deadlineProblems } from "./deadline.ts";
import { ejectionDefaults, ejectionProblems } from "./ejection.ts";
import { hedgeDefaults, hedgeProblems } from "./hedge-delay.ts";
import { isRepeatable } from "./idempotency.ts";
import { healthLoopDefaults, healthLoopProblems } from "./pool/health-loop.ts";
import { strategies } from "./pool/options.ts";
import { below, must, type Problem } from "./problem.ts";
import { resumeDefaults, resumeProblems } from "./resume/resume.ts";
import { retryDefaults, retryProblems } from "./retry.ts";
import { retryBudgetDefaults, retryBudgetProblems } from "./retry-budget.ts";
import { streamTimeoutDefaults, streamTimeoutProblems } from "./stream-timeout.ts";

/** A piece's defaults, which also say what its options are called, and what judges them. */
interface Judge {
  defaults: object;
  problems: (options: never) => Problem[];
}

const judges: Record<string, Judge> = {
  deadline: { defaults: deadlineDefaults, problems: deadlineProblems },
  retry: { defaults: retryDefaults, problems: retryProblems },
  hedge: { defaults: hedgeDefaults, problems: hedgeProblems },
  attemptTimeout: { defaults: attemptTimeoutDefaults, problems: attemptTimeoutProblems },
  streamTimeout: { defaults: streamTimeoutDefaults, problems: streamTimeoutProblems },
  resume: { defaults: resumeDefaults, problems: resumeProblems },
  retryBudget: { defaults: retryBudgetDefaults, problems: retryBudgetProblems },
  breaker: { defaults: circuitDefaults, problems: circuitProblems },
  ejection: { defaults: ejectionDefaults, problems: ejectionProblems },
  health: { defaults: healthLoopDefaults, problems: healthLoopProblems },
};

const canBeOff = new Set([
  "retry",
  "hedge",
  "attemptTimeout",
  "streamTimeout",
  "resume",
  "breaker",
  "ejection",
  "health",
]);
const keys = [
  "defaults",
  "services",
  "methods",
  "retryBudget",
  "strategy",
  "breaker",
  "ejection",
  "panicThreshold",
  "health",
];

/** All problems; none when it is fine. With the services, methods are looked up and their kinds are minded. */
export function validateConfig(config: ResilienceConfig, services: readonly DescService[] = []): Problem[] {
  const { defaults = {}, services: byService = {}, methods = {}, strategy, panicThreshold = 0.5 } = config;
  const known = services.flatMap((service) => service.methods);
  const levels: [string, MethodPolicy][] = [
    ["defaults", defaults],
    ...Object.entries(byService).map(([name, policy]): [string, MethodPolicy] => [`services["${name}"]`, policy]),
    ...Object.entries(methods).map(([name, policy]): [string, MethodPolicy] => [`methods["${name}"]`, policy]),
  ];
  return [
    ...unknownKeys(config, keys),
    ...levels.flatMap(([path, policy]) => below(path, policyProblems(policy))),
    ...(["retryBudget", "breaker", "ejection", "health"] as const).flatMap((piece) =>
      pieceProblems(piece, config[piece]),
    ),
    ...must(
      strategy === undefined || strategies.includes(strategy),
      "strategy",
      `must be one of ${strategies.join(", ")}, got ${strategy}`,
    ),
    ...must(panicThreshold >= 0 && panicThreshold <= 1, "panicThreshold", `must be from 0 to 1, got ${panicThreshold}`),
    ...(services.length === 0 ? [] : [...nameProblems(config, services, known), ...kindProblems(config, known)]),
  ];
}

function policyProblems(policy: MethodPolicy): Problem[] {
  return [
    ...unknownKeys(policy, policyPieces),
    ...policyPieces.flatMap((piece) => pieceProblems(piece, policy[piece])),
    ...must(!(policy.retry && policy.hedge), "hedge", "goes in the place of retry: one of them must be false"),
  ];
}

function pieceProblems(piece: string, given: object | false | undefined): Problem[] {
  if (given === undefined) return [];
  if (given === false) return must(canBeOff.has(piece), piece, "can't be turned off");
  const { defaults, problems } = judges[piece]!;
  const all = { ...defaults, ...given };
  return below(piece, [...unknownKeys(given, Object.keys(defaults)), ...problems(all as never)]);
}

function nameProblems(
  config: ResilienceConfig,
  services: readonly DescService[],
  known: readonly DescMethod[],
): Problem[] {
  const names = new Set(known.map(methodName));
  const typeNames = new Set(services.map(({ typeName }) => typeName));
  return [
    ...Object.keys(config.services ?? {}).flatMap((name) =>
      must(typeNames.has(name), `services["${name}"]`, "is no service of this client"),
    ),
    ...Object.keys(config.methods ?? {}).flatMap((name) =>
      must(names.has(name), `methods["${name}"]`, "is no method of this client"),
    ),
  ];
}

/** What a method can't have, for what it is. */
function kindProblems(config: ResilienceConfig, known: readonly DescMethod[]): Problem[] {
  return known.flatMap((method) => {
    const path = `methods["${methodName(method)}"]`;
    const own = config.methods?.[methodName(method)] ?? {};
    const isUnsafe = own.retry && own.retry.unsafe === true;
    return [
      ...must(
        !own.retry || isUnsafe || isRepeatable(method),
        `${path}.retry`,
        "is for a method that its schema does not call repeatable: give it an idempotency_level, or unsafe: true",
      ),
      ...must(
        !own.hedge || isRepeatable(method),
        `${path}.hedge`,
        "is for a method that its schema does not call repeatable",
      ),
      ...must(!own.resume || method.methodKind === "server_streaming", `${path}.resume`, "is for server streams only"),
      ...must(!own.streamTimeout || method.methodKind !== "unary", `${path}.streamTimeout`, "is for streams only"),
    ];
  });
}

/** Typos. An option that is undefined by default is told from one nobody knows by its key. */
function unknownKeys(given: object, allowed: readonly string[]): Problem[] {
  return Object.keys(given)
    .filter((key) => !allowed.includes(key))
    .map((key) => ({ path: key, message: `is not known: ${allowed.join(", ")} are` }));
}
