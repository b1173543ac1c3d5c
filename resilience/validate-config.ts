// Finds every problem of a configuration, each with its path: at each level, and against the methods it is for.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { isRepeatable } from "./call/idempotency.ts";
import { levels, type MethodPolicy, merged, methodName, policyPieces, type ResilienceConfig } from "./config.ts";
import { canBeHedged } from "./hedge/hedge.ts";
import { isObject, pieceProblems, sorted, unknownKeys } from "./piece-problems.ts";
import { poolDefaults, strategies } from "./pool/options.ts";
import { below, must, type Problem } from "./problem.ts";
import { deadlineDefaults } from "./time/deadline.ts";

const pieces = ["retryBudget", "breaker", "ejection", "health"] as const;
const keys = ["defaults", "services", "methods", "strategy", "panicThreshold", ...pieces];

/** All problems; none when it is fine. With the services, methods are looked up and their kinds are minded. */
export function validateConfig(config: ResilienceConfig, services: readonly DescService[] = []): Problem[] {
  if (!isObject(config)) return [{ path: "config", message: `must be an object, got ${JSON.stringify(config)}` }];
  // What is no object at all is told of and read no further.
  const { misfits, fit } = sorted(config, { defaults: {}, services: {}, methods: {}, panicThreshold: 0 });
  const byService = sorted(fit.services ?? {}, objects(fit.services));
  const byMethod = sorted(fit.methods ?? {}, objects(fit.methods));
  const { strategy, panicThreshold = poolDefaults.panicThreshold } = fit;
  const known = services.flatMap((service) => service.methods);
  const sound = { ...fit, services: byService.fit, methods: byMethod.fit } as ResilienceConfig;
  return [
    ...unknownKeys(config, keys),
    ...misfits,
    ...named("services", byService.misfits),
    ...named("methods", byMethod.misfits),
    ...[...levels(sound)].flatMap(([path, all]) => below(path, levelProblems(all))),
    ...pieces.flatMap((piece) => pieceProblems(piece, fit[piece])),
    ...must(
      strategy === undefined || strategies.includes(strategy),
      "strategy",
      `must be one of ${strategies.join(", ")}, got ${strategy}`,
    ),
    ...must(panicThreshold >= 0 && panicThreshold <= 1, "panicThreshold", `must be from 0 to 1, got ${panicThreshold}`),
    ...(services.length === 0 ? [] : [...nameProblems(sound, services, known), ...kindProblems(sound, known)]),
  ];
}

/** What each of these must be like. */
const objects = (given: object = {}) => Object.fromEntries(Object.keys(given).map((key) => [key, {}]));

const named = (group: string, problems: readonly Problem[]): Problem[] =>
  problems.map(({ path, message }) => ({ path: `${group}["${path}"]`, message }));

/** What is wrong with the last of these levels, over the others: what is wrong with them already is not said again. */
function levelProblems(all: readonly MethodPolicy[]): Problem[] {
  const own = all.at(-1);
  if (own === undefined) return [];
  const above = all.slice(0, -1);
  return [
    ...unknownKeys(own, policyPieces),
    ...policyPieces.flatMap((piece) => {
      const before = merged(above, piece) || {};
      const known = new Set(pieceProblems(piece, before).map(textOf));
      return pieceProblems(piece, own[piece], before).filter((problem) => !known.has(textOf(problem)));
    }),
    ...must(!(own.retry && own.hedge), "hedge", "goes in the place of retry: one of them must be false"),
    ...attemptProblems(own, merged(all, "deadline")),
  ];
}

const textOf = ({ path, message }: Problem) => `${path} ${message}`;

/** An attempt that may take longer than its call was meant otherwise. */
function attemptProblems({ attemptTimeout }: MethodPolicy, deadline: MethodPolicy["deadline"]): Problem[] {
  const { timeoutMs } = { ...deadlineDefaults, ...deadline };
  if (!attemptTimeout || timeoutMs === undefined) return [];
  return (["floorMs", "firstMs", "ceilingMs"] as const).flatMap((name) =>
    must(
      !((attemptTimeout[name] ?? 0) > timeoutMs),
      `attemptTimeout.${name}`,
      `must be at most the time of the call (deadline.timeoutMs is ${timeoutMs}), got ${attemptTimeout[name]}`,
    ),
  );
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
    const { retry, hedge, resume, streamTimeout } = config.methods?.[methodName(method)] ?? {};
    const { methodKind } = method;
    const hasOneRequest = methodKind === "unary" || methodKind === "server_streaming";
    return [
      ...must(!retry || hasOneRequest, `${path}.retry`, "is for unary calls and server streams only"),
      ...must(
        !retry || retry.unsafe === true || isRepeatable(method),
        `${path}.retry`,
        "is for a method that its schema does not call repeatable: give it an idempotency_level, or unsafe: true",
      ),
      ...must(
        !hedge || canBeHedged(method),
        `${path}.hedge`,
        "is only for unary calls and server streams that the schema calls repeatable, by an idempotency_level",
      ),
      ...must(!resume || methodKind === "server_streaming", `${path}.resume`, "is for server streams only"),
      ...must(!streamTimeout || methodKind !== "unary", `${path}.streamTimeout`, "is for streams only"),
    ];
  });
}
