import { createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { levels, longestAttemptMs, pieceFor, type ResilienceConfig } from "../config.ts";
import { ConfigError, type Problem } from "../problem.ts";
import { createResilientClient } from "../resilient-client.ts";
import { fromServiceConfig } from "../service-config.ts";
import { resilientTransport, type StackOptions } from "../stack.ts";
import { faultTransport } from "../testing/fault-transport.ts";
import { settled } from "../testing/retried.ts";
import { validateConfig } from "../validate-config.ts";

/** A configuration as JSON may have it. */
const untyped = (config: object) => config as ResilienceConfig;

/** What a policy may get wrong, and where the problem is said to be. */
const policies: [policy: object, path: string][] = [
  [{ retry: { maxAttempts: 1 } }, "retry.maxAttempts"],
  [{ retry: { maxAttempts: 2.5 } }, "retry.maxAttempts"],
  [{ retry: { maxAttempts: Number.NaN } }, "retry.maxAttempts"],
  [{ retry: { maxAttempts: "3" } }, "retry.maxAttempts"],
  [{ retry: { initialMs: 0 } }, "retry.initialMs"],
  [{ retry: { initialMs: 200, maxMs: 100 } }, "retry.maxMs"],
  [{ retry: { maxMs: 2 ** 31 } }, "retry.maxMs"],
  [{ retry: { multiplier: 0.9 } }, "retry.multiplier"],
  [{ retry: { jitter: 1 } }, "retry.jitter"],
  [{ retry: { jitter: -0.1 } }, "retry.jitter"],
  [{ retry: { jitterMode: "some" } }, "retry.jitterMode"],
  [{ retry: { maxPushbackMs: Number.NaN } }, "retry.maxPushbackMs"],
  [{ retry: { maxAttemps: 3 } }, "retry.maxAttemps"],
  [{ retry: true }, "retry"],
  [{ retry: {}, hedge: {} }, "hedge"],
  [{ hedge: { maxAttempts: 4 } }, "hedge.maxAttempts"],
  [{ hedge: { delayMs: -1 } }, "hedge.delayMs"],
  [{ hedge: { fallbackMs: Number.POSITIVE_INFINITY } }, "hedge.fallbackMs"],
  [{ deadline: { timeoutMs: 0 } }, "deadline.timeoutMs"],
  [{ deadline: { hopMarginShare: 1 } }, "deadline.hopMarginShare"],
  [{ deadline: false }, "deadline"],
  [{ attemptTimeout: { factor: 1.1 } }, "attemptTimeout.factor"],
  [{ attemptTimeout: { floorMs: 200, ceilingMs: 100 } }, "attemptTimeout.floorMs"],
  [{ attemptTimeout: { minSamples: 20, window: 10 } }, "attemptTimeout.minSamples"],
  [{ attemptTimeout: { quantile: 99 } }, "attemptTimeout.quantile"],
  [{ attemptTimeout: { ceilingMs: 6000 }, deadline: { timeoutMs: 5000 } }, "attemptTimeout.ceilingMs"],
  [{ streamTimeout: { idleMs: 0 } }, "streamTimeout.idleMs"],
  [{ resume: { maxResumes: 0 } }, "resume.maxResumes"],
  [{ resume: { onEpochLost: "restartAndSkip" } }, "resume.onEpochLost"],
  [{ resume: { position: { off: 1 } } }, "resume.position.off"],
  [{ timeout: 5 }, "timeout"],
];

/** The same of what the peer has one of. */
const common: [part: ResilienceConfig, paths: string[]][] = [
  [{ retryBudget: { maxTokens: 1001 } }, ["retryBudget.maxTokens"]],
  [{ retryBudget: { tokenRatio: 0 } }, ["retryBudget.tokenRatio"]],
  [{ retryBudget: { concurrency: { share: 2, least: 3 } } }, ["retryBudget.concurrency.share"]],
  [{ breaker: { failureLimit: 0 } }, ["breaker.failureLimit"]],
  [{ breaker: { restMs: 0 } }, ["breaker.restMs"]],
  [{ breaker: { restMs: 400_000 } }, ["breaker.restMs"]],
  [{ breaker: { resetBackoff: 0.5 } }, ["breaker.resetBackoff"]],
  [{ breaker: { successLimit: 0 } }, ["breaker.successLimit"]],
  [
    { breaker: { window: { ms: 10_000, buckets: 0, minCalls: 1.5, failureRate: 50 } } },
    ["breaker.window.buckets", "breaker.window.minCalls", "breaker.window.failureRate"],
  ],
  [
    untyped({ breaker: { slow: { rate: 0.5, calls: 32, milliseconds: 1 } } }),
    ["breaker.slow.milliseconds", "breaker.slow.calls"],
  ],
  [{ ejection: { maxShare: 50 } }, ["ejection.maxShare"]],
  [{ ejection: { baseMs: 400_000 } }, ["ejection.baseMs"]],
  [{ ejection: { stdevFactor: 0 } }, ["ejection.stdevFactor"]],
  [{ panicThreshold: 50 }, ["panicThreshold"]],
  [untyped({ strategy: "random" }), ["strategy"]],
  [{ health: { intervalMs: 1000, timeoutMs: 1000 } }, ["health.intervalMs"]],
  [untyped({ retires: {} }), ["retires"]],
  [untyped({ defaults: [] }), ["defaults"]],
  [untyped({ services: { "p.S": null } }), ['services["p.S"]']],
];

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

  it("lets a probe be out for as long as the longest attempt, and a second", () => {
    expect(longestAttemptMs({})).toBe(30_000);
    expect(longestAttemptMs({ defaults: { attemptTimeout: { ceilingMs: 2000 } } })).toBe(2000);
    const minutes = { deadline: { timeoutMs: 600_000 }, attemptTimeout: { ceilingMs: 600_000 } };
    expect(longestAttemptMs({ methods: { "p.S/M": minutes } })).toBe(600_000);
    expect(longestAttemptMs({ defaults: { attemptTimeout: false, streamTimeout: false } })).toBe(Infinity);
  });
});

describe("a gRPC service config", () => {
  const json = {
    methodConfig: [
      { name: [{}], timeout: "20s" },
      {
        name: [{ service: "synapse.v1.CodexService" }, { service: "synapse.v1.ClaudeService", method: "Plan" }],
        timeout: "1.5s",
        retryPolicy: {
          maxAttempts: 4,
          initialBackoff: "0.05s",
          maxBackoff: "1s",
          backoffMultiplier: 3,
          retryableStatusCodes: ["UNAVAILABLE", "INTERNAL"],
        },
      },
      {
        name: [{ service: "synapse.v1.CodexService", method: "ValidateCommand" }],
        hedgingPolicy: { maxAttempts: 5, hedgingDelay: "0.020s", nonFatalStatusCodes: ["UNAVAILABLE", 13] },
      },
    ],
    retryThrottling: { maxTokens: 10, tokenRatio: 0.1 },
    loadBalancingConfig: [{ xds_experimental: {} }, { round_robin: {} }],
  };

  it("43. says the same as a configuration, and is valid", () => {
    const config = fromServiceConfig(JSON.stringify(json));
    expect(validateConfig(config, [CodexService, ClaudeService])).toEqual([]);
    const retried = {
      deadline: { timeoutMs: 1500, streamTimeoutMs: 1500 },
      retry: { maxAttempts: 4, initialMs: 50, maxMs: 1000, multiplier: 3, retryServerErrors: true },
    };
    expect(config).toEqual({
      defaults: { deadline: { timeoutMs: 20_000, streamTimeoutMs: 20_000 } },
      services: { "synapse.v1.CodexService": retried },
      methods: {
        "synapse.v1.ClaudeService/Plan": retried,
        "synapse.v1.CodexService/ValidateCommand": { hedge: { maxAttempts: 3, delayMs: 20 } },
      },
      retryBudget: { maxTokens: 10, tokenRatio: 0.1 },
      strategy: "round-robin",
    });
    expect(fromServiceConfig(json)).toEqual(config);
    expect([...levels(config).keys()]).toHaveLength(4);
    expect(pieceFor(config, "deadline", ClaudeService.method.generateCode)).toMatchObject({ timeoutMs: 20_000 });
  });

  it("43. does what it says: attempts, waits, deadline, and a hedge where one is asked for", async () => {
    const clock = manualClock();
    const peer = faultTransport(
      createRouterTransport(() => {}),
      { script: () => ({ error: {} }), clock },
    );
    const codex = createResilientClient(CodexService, {
      endpoints: "http://a,http://b,http://c",
      transport: () => peer,
      config: { ...fromServiceConfig({ ...json, methodConfig: json.methodConfig.slice(1, 2) }), breaker: false },
      services: [ClaudeService],
      clock,
      rng: { float: () => 0.5, bytes: (count) => new Uint8Array(count) },
    });
    const { at } = await settled(codex.execute({}), clock);
    expect(peer.seen.map(({ atMs }) => atMs)).toEqual([0, 50, 200, 650]);
    expect(peer.seen.map(({ timeoutMs }) => timeoutMs)).toEqual([1500, 1450, 1300, 850]);
    expect(at).toBeLessThan(700);
    peer.script(() => ({ hang: true }));
    const hedged = createResilientClient(CodexService, {
      endpoints: "http://a,http://b,http://c",
      transport: () => peer,
      config: fromServiceConfig(json),
      services: [ClaudeService],
      clock,
    });
    await settled(hedged.validateCommand({}), clock);
    expect(hedged.getMetrics()).toMatchObject({ calls: { failed: 1 }, hedges: { sent: 2 }, retries: 0, attempts: 3 });
  });

  it("43. is refused with all that is wrong with it", () => {
    const bad = {
      methodConfig: [
        { name: [], timeout: "5" },
        { name: [{ method: "M" }, { service: "p.S" }], waitForReady: true },
        {
          name: [{ service: "p.S" }],
          retryPolicy: {
            maxAttempts: 3,
            initialBackoff: "1m",
            maxBackoff: "1s",
            backoffMultiplier: 2,
            retryableStatusCodes: ["UNKNOWABLE"],
          },
          hedgingPolicy: { maxAttempts: 2, hedgingDelay: "soon", nonFatalStatusCodes: [17] },
        },
      ],
      loadBalancingConfig: [{ pick_first: {} }],
      healthCheckConfig: {},
    };
    let paths: string[] = [];
    try {
      fromServiceConfig(bad as never);
    } catch (error) {
      paths = pathsOf((error as ConfigError).problems);
    }
    const third = "methodConfig[2]";
    expect([...new Set(paths)].toSorted()).toEqual(
      [
        "healthCheckConfig",
        "loadBalancingConfig",
        "methodConfig[0].name",
        "methodConfig[0].timeout",
        "methodConfig[1].name",
        "methodConfig[1].waitForReady",
        third,
        `${third}.name`,
        `${third}.retryPolicy.initialBackoff`,
        `${third}.retryPolicy.retryableStatusCodes`,
        `${third}.hedgingPolicy.hedgingDelay`,
        `${third}.hedgingPolicy.nonFatalStatusCodes`,
      ].toSorted(),
    );
    expect(() => fromServiceConfig("{")).toThrow(ConfigError);
  });
});
