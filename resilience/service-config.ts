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
  retryThrottling?: { maxTokens: number; tokenRatio: number };
  loadBalancingConfig?: readonly Record<string, unknown>[];
}

export interface MethodConfig {
  name?: readonly { service?: string; method?: string }[];
  /** Such as "1.5s". */
  timeout?: string;
  retryPolicy?: {
    maxAttempts: number;
    initialBackoff: string;
    maxBackoff: string;
    backoffMultiplier: number;
    retryableStatusCodes: readonly (string | number)[];
  };
  hedgingPolicy?: { maxAttempts: number; hedgingDelay?: string; nonFatalStatusCodes?: readonly (string | number)[] };
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
  const json = typeof given === "string" ? parsed(given) : given;
  const problems: Problem[] = unknownKeys(json, known.config);
  const names = new Set<string>();
  const config: { -readonly [K in keyof ResilienceConfig]: ResilienceConfig[K] } = {};
  const services: Record<string, MethodPolicy> = {};
  const methods: Record<string, MethodPolicy> = {};

  for (const [at, each] of (json.methodConfig ?? []).entries()) {
    const path = `methodConfig[${at}]`;
    const policy = policyOf(each, path, problems);
    for (const { service = "", method = "" } of each.name ?? []) {
      problems.push(...must(service !== "" || method === "", `${path}.name`, "has a method without its service"));
      const name = `${service}/${method}`;
      problems.push(...must(!names.has(name), `${path}.name`, `has ${name}, which another has already`));
      names.add(name);
      if (service === "") config.defaults = policy;
      else if (method === "") services[service] = policy;
      else methods[name] = policy;
    }
    problems.push(...must((each.name ?? []).length > 0, `${path}.name`, "must name a service or, by {}, all"));
  }
  if (json.retryThrottling) config.retryBudget = { ...json.retryThrottling };
  const balancers = (json.loadBalancingConfig ?? []).flatMap((each) => Object.keys(each));
  const strategy = balancers.map((name) => strategies[name]).find((name) => name !== undefined);
  const allowed = `must have one of ${Object.keys(strategies).join(", ")}, got ${balancers.join(", ")}`;
  problems.push(...must(balancers.length === 0 || strategy !== undefined, "loadBalancingConfig", allowed));
  refuse(problems);
  return { ...config, ...(strategy && { strategy }), services, methods };
}

function policyOf(given: MethodConfig, path: string, problems: Problem[]): MethodPolicy {
  const { timeout, retryPolicy, hedgingPolicy } = given;
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
    codes(hedgingPolicy.nonFatalStatusCodes ?? [], `${path}.hedgingPolicy.nonFatalStatusCodes`, problems);
    // Without a delay, gRPC sends all at once; here it is learned.
    const { hedgingDelay, maxAttempts } = hedgingPolicy;
    const delay = hedgingDelay !== undefined && { delayMs: ms(hedgingDelay, "hedgingPolicy.hedgingDelay") };
    policy.hedge = { maxAttempts: Math.min(3, maxAttempts), ...delay };
  }
  return policy;
}

function parsed(text: string): ServiceConfig {
  try {
    return JSON.parse(text) as ServiceConfig;
  } catch (error) {
    throw new ConfigError([{ path: "service config", message: `must be JSON: ${messageOf(error)}` }]);
  }
}

/** A duration of protobuf's JSON, such as "0.1s", in milliseconds. */
function milliseconds(text: string, path: string, problems: Problem[]): number {
  const [, seconds] = /^(\d+(?:\.\d{1,9})?)s$/.exec(String(text)) ?? [];
  problems.push(...must(seconds !== undefined, path, `must be seconds such as "0.1s", got ${JSON.stringify(text)}`));
  return Number(seconds ?? 1) * 1000;
}

/**
 * What is retried follows from what happened to an attempt, not from its code alone; a list can only add the errors of
 * the server itself, which are left out otherwise.
 */
function retriesServerErrors(
  { retryableStatusCodes = [] }: Pick<NonNullable<MethodConfig["retryPolicy"]>, "retryableStatusCodes">,
  path: string,
  problems: Problem[],
): boolean {
  const listed = codes(retryableStatusCodes, path, problems);
  problems.push(...must(listed.includes(Code.Unavailable), path, "must have UNAVAILABLE: that can't be left out"));
  return [Code.Internal, Code.Unknown, Code.DataLoss].some((code) => listed.includes(code));
}

/** Codes by name or by number, as gRPC allows. */
function codes(given: readonly (string | number)[], path: string, problems: Problem[]): Code[] {
  return given.flatMap((each) => {
    const code = typeof each === "number" ? (Code[each] === undefined ? undefined : each) : codeNamed(each);
    problems.push(...must(code !== undefined, path, `has ${JSON.stringify(each)}, which is no status code`));
    return code === undefined ? [] : [code as Code];
  });
}

/** gRPC spells CANCELLED, Connect canceled. */
function codeNamed(name: string): Code | undefined {
  return codeFromString(name.toLowerCase().replace("cancelled", "canceled") as Parameters<typeof codeFromString>[0]);
}
