// gRPC's service config (grpc/proto/grpc/service_config.proto, as JSON) as a configuration of this room.
import { Code } from "@connectrpc/connect";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { messageOf } from "#core/failure.ts";
import type { MethodPolicy, ResilienceConfig } from "./config.ts";
import { unknownKeys } from "./piece-problems.ts";
import { below, ConfigError, must, type Problem, refuse } from "./problem.ts";

/** The parts of a service config that are understood; the rest is refused, not skipped. */
export interface ServiceConfig {
  methodConfig?: readonly MethodConfig[];
  retryThrottling?: RetryThrottling;
  loadBalancingConfig?: readonly Record<string, unknown>[];
}

export interface MethodConfig {
  name?: readonly Name[];
  /** Such as "1.5s". */
  timeout?: string;
  retryPolicy?: RetryPolicy;
  hedgingPolicy?: HedgingPolicy;
}

interface RetryThrottling {
  maxTokens: number;
  tokenRatio: number;
}

interface Name {
  service?: string;
  method?: string;
}

interface RetryPolicy {
  maxAttempts: number;
  initialBackoff: string;
  maxBackoff: string;
  backoffMultiplier: number;
  retryableStatusCodes: readonly (string | number)[];
}

interface HedgingPolicy {
  maxAttempts: number;
  hedgingDelay?: string;
  nonFatalStatusCodes?: readonly (string | number)[];
}

/** Policies of gRPC, by what they are called here. */
const strategies: Record<string, NonNullable<ResilienceConfig["strategy"]>> = {
  round_robin: "round-robin",
  weighted_round_robin: "weighted",
  least_request_experimental: "least-connections",
};

const known = {
  config: ["methodConfig", "retryThrottling", "loadBalancingConfig"],
  method: ["name", "timeout", "retryPolicy", "hedgingPolicy"],
  retry: ["maxAttempts", "initialBackoff", "maxBackoff", "backoffMultiplier", "retryableStatusCodes"],
  hedging: ["maxAttempts", "hedgingDelay", "nonFatalStatusCodes"],
};

/** Throws a ConfigError that names every problem. The values themselves are judged by `validateConfig`. */
export function fromServiceConfig(given: ServiceConfig | string): ResilienceConfig {
  const problems: Problem[] = [];
  const json = objectAt<ServiceConfig>(typeof given === "string" ? parsed(given) : given, "service config", problems);
  problems.push(...unknownKeys(json ?? {}, known.config));
  const names = new Set<string>();
  const config: { -readonly [K in keyof ResilienceConfig]: ResilienceConfig[K] } = {};
  const services: Record<string, MethodPolicy> = {};
  const methods: Record<string, MethodPolicy> = {};

  for (const [at, each] of listAt(json?.methodConfig, "methodConfig", problems).entries()) {
    const path = `methodConfig[${at}]`;
    const one = objectAt<MethodConfig>(each, path, problems);
    if (one === undefined) continue;
    const policy = policyOf(one, path, problems);
    const named = listAt(one.name, `${path}.name`, problems);
    for (const name of named) {
      const { service = "", method = "" } = objectAt<Name>(name, `${path}.name`, problems) ?? {};
      const isText = typeof service === "string" && typeof method === "string";
      problems.push(...must(isText, `${path}.name`, "must have names that are strings"));
      problems.push(...must(service !== "" || method === "", `${path}.name`, "has a method without its service"));
      const whole = `${service}/${method}`;
      problems.push(...must(!names.has(whole), `${path}.name`, `has ${whole}, which another has already`));
      names.add(whole);
      if (service === "") config.defaults = policy;
      else if (method === "") services[service] = policy;
      else methods[whole] = policy;
    }
    problems.push(...must(named.length > 0, `${path}.name`, "must name a service or, by {}, all"));
  }
  const throttling = partOf<RetryThrottling>(json?.retryThrottling, "retryThrottling", problems);
  if (throttling) config.retryBudget = { ...throttling };
  const policies = listAt(json?.loadBalancingConfig, "loadBalancingConfig", problems);
  const balancers = policies.flatMap((each) => Object.keys(objectAt(each, "loadBalancingConfig", problems) ?? {}));
  const strategy = balancers.map((name) => strategies[name]).find((name) => name !== undefined);
  const allowed = `must have one of ${Object.keys(strategies).join(", ")}, got ${balancers.join(", ")}`;
  problems.push(...must(balancers.length === 0 || strategy !== undefined, "loadBalancingConfig", allowed));
  refuse(problems);
  return { ...config, ...(strategy && { strategy }), services, methods };
}

function policyOf(given: MethodConfig, path: string, problems: Problem[]): MethodPolicy {
  const { timeout } = given;
  const retryPolicy = partOf<RetryPolicy>(given.retryPolicy, `${path}.retryPolicy`, problems);
  const hedgingPolicy = partOf<HedgingPolicy>(given.hedgingPolicy, `${path}.hedgingPolicy`, problems);
  problems.push(...below(path, unknownKeys(given, known.method)));
  problems.push(...must(!retryPolicy || !hedgingPolicy, path, "has both a retryPolicy and a hedgingPolicy"));
  const ms = (text: string, at: string) => milliseconds(text, `${path}.${at}`, problems);
  const policy: MethodPolicy = {};
  if (timeout !== undefined) {
    const timeoutMs = ms(timeout, "timeout");
    policy.deadline = { timeoutMs, streamTimeoutMs: timeoutMs };
  }
  if (retryPolicy) {
    problems.push(...below(`${path}.retryPolicy`, unknownKeys(retryPolicy, known.retry)));
    policy.retry = {
      maxAttempts: retryPolicy.maxAttempts,
      initialMs: ms(retryPolicy.initialBackoff, "retryPolicy.initialBackoff"),
      maxMs: ms(retryPolicy.maxBackoff, "retryPolicy.maxBackoff"),
      multiplier: retryPolicy.backoffMultiplier,
      retryServerErrors: retriesServerErrors(retryPolicy, `${path}.retryPolicy.retryableStatusCodes`, problems),
    };
  }
  if (hedgingPolicy) {
    problems.push(...below(`${path}.hedgingPolicy`, unknownKeys(hedgingPolicy, known.hedging)));
    // Which codes are fatal is not configured here: it follows from what happened.
    codes(hedgingPolicy.nonFatalStatusCodes, `${path}.hedgingPolicy.nonFatalStatusCodes`, problems);
    // Without a delay, gRPC sends all at once; here it is learned.
    const { hedgingDelay, maxAttempts } = hedgingPolicy;
    const delay = hedgingDelay !== undefined && { delayMs: ms(hedgingDelay, "hedgingPolicy.hedgingDelay") };
    const isCount = must(typeof maxAttempts === "number", `${path}.hedgingPolicy.maxAttempts`, "must be a number");
    problems.push(...isCount);
    policy.hedge = { maxAttempts: Math.min(3, maxAttempts), ...delay };
  }
  return policy;
}

/** The object at a path; undefined for what is none, which is a problem: JSON knows no types. */
function objectAt<T extends object>(given: unknown, path: string, problems: Problem[]): Partial<T> | undefined {
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  problems.push(...must(isObject, path, `must be an object, got ${JSON.stringify(given)}`));
  return isObject ? (given as T) : undefined;
}

/** The same of what need not be there; what it must have is looked at where it is read. */
function partOf<T extends object>(given: unknown, path: string, problems: Problem[]): T | undefined {
  return given === undefined ? undefined : (objectAt<T>(given, path, problems) as T | undefined);
}

/** The list at a path; an empty one where there is none, or something else. */
function listAt(given: unknown, path: string, problems: Problem[]): readonly unknown[] {
  const isList = given === undefined || Array.isArray(given);
  problems.push(...must(isList, path, `must be a list, got ${JSON.stringify(given)}`));
  return Array.isArray(given) ? given : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError([{ path: "service config", message: `must be JSON: ${messageOf(error)}` }]);
  }
}

/** A duration of protobuf's JSON, such as "0.1s", in milliseconds. */
function milliseconds(text: string, path: string, problems: Problem[]): number {
  const [, seconds] = /^(\d+(?:\.\d{1,9})?)s$/.exec(typeof text === "string" ? text : "") ?? [];
  problems.push(...must(seconds !== undefined, path, `must be seconds such as "0.1s", got ${JSON.stringify(text)}`));
  return Number(seconds ?? 1) * 1000;
}

/**
 * What is retried follows from what happened to an attempt, not from its code alone; a list can only add the errors of
 * the server itself, which are left out otherwise.
 */
function retriesServerErrors(
  { retryableStatusCodes }: Pick<RetryPolicy, "retryableStatusCodes">,
  path: string,
  problems: Problem[],
): boolean {
  const listed = codes(retryableStatusCodes, path, problems);
  problems.push(...must(listed.includes(Code.Unavailable), path, "must have UNAVAILABLE: that can't be left out"));
  return [Code.Internal, Code.Unknown, Code.DataLoss].some((code) => listed.includes(code));
}

/** Codes by name or by number, as gRPC allows. */
function codes(given: unknown, path: string, problems: Problem[]): Code[] {
  return listAt(given, path, problems).flatMap((each) => {
    const code = typeof each === "number" ? each : typeof each === "string" ? codeNamed(each) : undefined;
    const isKnown = code !== undefined && Code[code] !== undefined;
    problems.push(...must(isKnown, path, `has ${JSON.stringify(each)}, which is no status code`));
    return isKnown ? [code as Code] : [];
  });
}

/** gRPC spells CANCELLED, Connect canceled. */
function codeNamed(name: string): Code | undefined {
  return codeFromString(name.toLowerCase().replace("cancelled", "canceled") as Parameters<typeof codeFromString>[0]);
}
