import { createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { isHedged, longestAttemptMs, type ResilienceConfig } from "../config.ts";
import { ConfigError, type Problem } from "../problem.ts";
import { createResilientClient } from "../resilient-client.ts";
import { resilientTransport, type StackOptions } from "../stack.ts";
import { faultTransport } from "../testing/fault-transport.ts";
import { settled } from "../testing/retried.ts";
import { validateConfig } from "../validate-config.ts";
import { common, policies, untyped } from "./bad-config.data.ts";

const pathsOf = (problems: readonly Problem[]) => problems.map(({ path }) => path);

function problemsOf(options: Partial<StackOptions>): readonly Problem[] {
  try {
    resilientTransport({
      agent: "x",
      endpoints: "http://x",
      transport: () => createRouterTransport(() => {}),
      ...options,
    });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("a configuration", () => {
  it("43. is refused by one ConfigError that lists every path, whatever is wrong with it", () => {
    const methods = Object.fromEntries(policies.map(([policy], at) => [`p.S/M${at}`, policy]));
    const breaker = { failureLimit: 0, restMs: 0, resetBackoff: 0.5, jitter: 1, successLimit: 0, probeTimeoutMs: 0 };
    const bad: ResilienceConfig = {
      defaults: { deadline: { minWorkMs: -1 } },
      services: { "p.T": { streamTimeout: { firstMs: -5 } } },
      methods,
      retryBudget: { maxTokens: 0, tokenRatio: 0 },
      breaker: { ...breaker, rampMs: -1, window: { ms: 0, buckets: 0, minCalls: 0, failureRate: 0 } },
      ejection: { intervalMs: 0, maxShare: 2, minHosts: 1, slowFactor: 1 },
      panicThreshold: -1,
      health: { failLimit: 0, jitter: 1 },
    };
    const problems = problemsOf({ config: bad, endpoints: "ftp://a,http://b;weight=0,http://b" });
    const paths = [
      "endpoints[0]",
      "endpoints[1].weight",
      "endpoints[2]",
      "defaults.deadline.minWorkMs",
      'services["p.T"].streamTimeout.firstMs',
      ...policies.map(([, path], at) => `methods["p.S/M${at}"].${path}`),
      ...Object.keys(breaker).map((name) => `breaker.${name}`),
      ...["rampMs", "window.ms", "window.buckets", "window.minCalls", "window.failureRate"].map(
        (at) => `breaker.${at}`,
      ),
      ...["maxTokens", "tokenRatio"].map((name) => `retryBudget.${name}`),
      ...["intervalMs", "maxShare", "minHosts", "slowFactor"].map((name) => `ejection.${name}`),
      "panicThreshold",
      "health.failLimit",
      "health.jitter",
    ];
    expect(paths.length).toBeGreaterThan(50);
    expect(pathsOf(problems).toSorted()).toEqual(paths.toSorted());
  });

  it.each(policies)("43. %j is wrong at %s", (policy, path) => {
    expect(pathsOf(validateConfig(untyped({ defaults: policy })))).toEqual([`defaults.${path}`]);
  });

  it.each(common)("43. %j is wrong at %s", (config, paths) => {
    expect(pathsOf(validateConfig(config))).toEqual(paths);
  });

  it.each([
    ["", ["endpoints"]],
    ["http://a,,http://a", ["endpoints[1]"]],
    ["tcp://a", ["endpoints[0]"]],
    ["http://a;weight=-1", ["endpoints[0].weight"]],
    ["dns+http://a", ["endpoints[0]"]],
  ])("43. the endpoints %j are wrong at %s", (endpoints, paths) => {
    expect(pathsOf(problemsOf({ endpoints }))).toEqual(paths);
  });

  it("43. must fit the methods it is for: their names, kinds, and what may be repeated", () => {
    const config: ResilienceConfig = {
      services: { "synapse.v1.CodecService": {} },
      methods: {
        "synapse.v1.CodexService/Exec": {},
        "synapse.v1.CodexService/Execute": { resume: {}, streamTimeout: {} },
        "grpc.health.v1.Health/Check": { retry: { maxAttempts: 2 } },
        "grpc.health.v1.Health/Watch": { hedge: {} },
      },
    };
    expect(pathsOf(problemsOf({ config, services: [CodexService, Health] }))).toEqual([
      'services["synapse.v1.CodecService"]',
      'methods["synapse.v1.CodexService/Exec"]',
      'methods["synapse.v1.CodexService/Execute"].resume',
      'methods["synapse.v1.CodexService/Execute"].streamTimeout',
      'methods["grpc.health.v1.Health/Check"].retry',
      'methods["grpc.health.v1.Health/Watch"].hedge',
    ]);
    const unsafe = { methods: { "grpc.health.v1.Health/Check": { retry: { unsafe: true } } } };
    expect(validateConfig(unsafe, [Health])).toEqual([]);
  });

  it("is judged as it holds for a method: its own word over its service's over the defaults", () => {
    const above = { defaults: { retry: { initialMs: 5000, maxMs: 10_000 } } };
    expect(validateConfig({ ...above, methods: { "p.S/M": { retry: { initialMs: 8000 } } } })).toEqual([]);
    const shorter = { ...above, services: { "p.S": { retry: { maxMs: 2000 } } }, methods: { "p.S/M": { retry: {} } } };
    expect(pathsOf(validateConfig(shorter))).toEqual(['services["p.S"].retry.maxMs']);
  });

  it("is read when the client is made: what its owner does to it later changes nothing", async () => {
    const clock = manualClock();
    const retry = { maxAttempts: 2 };
    const config: ResilienceConfig = { defaults: { retry } };
    const codex = createResilientClient(CodexService, {
      endpoints: "http://a,http://b,http://c",
      transport: () =>
        faultTransport(
          createRouterTransport(() => {}),
          { script: () => ({ error: {} }), clock },
        ),
      config,
      clock,
    });
    retry.maxAttempts = 5;
    await settled(codex.execute({}), clock);
    expect(codex.getMetrics()).toMatchObject({ attempts: 2, retries: 1, denied: { attempts: 1 } });
    await codex.close();
  });

  it("hedges or retries a method as the most special level that speaks of the two says", () => {
    const { execute, streamExecute, validateCommand } = CodexService.method;
    const config: ResilienceConfig = {
      defaults: { hedge: {}, deadline: { timeoutMs: 1000 } },
      methods: {
        "synapse.v1.CodexService/Execute": { retry: { maxAttempts: 2 } },
        "synapse.v1.CodexService/StreamExecute": { hedge: false },
        "synapse.v1.CodexService/ValidateCommand": { deadline: { timeoutMs: 500 } },
      },
    };
    expect(validateConfig(config, [CodexService])).toEqual([]);
    expect([execute, streamExecute, validateCommand].map((method) => isHedged(config, method))).toEqual([
      false,
      false,
      true,
    ]);
    // What may not be done twice is not hedged, but sent again where it was not sent.
    expect(isHedged(config, Health.method.check)).toBe(false);
  });

  it("gives probes that time", async () => {
    const clock = manualClock();
    const script = ({ n }: { n: number }) => (n <= 3 ? { error: {} } : { delayMs: 60_000 });
    const routes = createRouterTransport(({ service }) => service(CodexService, { execute: () => ({}) }));
    const codex = createResilientClient(CodexService, {
      endpoints: "http://a",
      transport: () => faultTransport(routes, { script, clock }),
      config: { defaults: { deadline: { timeoutMs: 120_000 }, attemptTimeout: { ceilingMs: 100_000 }, retry: false } },
      clock,
    });
    for (let n = 0; n < 3; n++) await settled(codex.execute({}), clock);
    await clock.advance(33_000);
    const probe = settled(codex.execute({}), clock);
    const kind = () => codex.getMetrics().pool.endpoints[0]!.services[CodexService.typeName]!.breaker!.kind;
    await clock.advance(40_000);
    expect(kind()).toBe("half-open");
    expect((await probe).error).toBeUndefined();
    await codex.close();
  });

  it("lets a probe be out for as long as the longest attempt, and a second", () => {
    expect(longestAttemptMs({})).toBe(30_000);
    expect(longestAttemptMs({ defaults: { attemptTimeout: { ceilingMs: 2000 } } })).toBe(2000);
    const minutes = { deadline: { timeoutMs: 600_000 }, attemptTimeout: { ceilingMs: 600_000 } };
    expect(longestAttemptMs({ methods: { "p.S/M": minutes } })).toBe(600_000);
    expect(longestAttemptMs({ defaults: { attemptTimeout: false, streamTimeout: false } })).toBe(Infinity);
  });
});
