import { createRouterTransport } from "@connectrpc/connect";
import { array, constantFrom, dictionary, assert as holds, jsonValue, oneof, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { levels, pieceFor } from "../config.ts";
import { ConfigError, type Problem } from "../problem.ts";
import { createResilientClient } from "../resilient-client.ts";
import { fromServiceConfig, type ServiceConfig } from "../service-config.ts";
import { faultTransport } from "../testing/fault-transport.ts";
import { settled } from "../testing/retried.ts";
import { validateConfig } from "../validate-config.ts";

const pathsOf = (problems: readonly Problem[]) => problems.map(({ path }) => path);

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
        { name: [{ method: "M" }, { service: "p.S" }], timeout: { toString: false }, waitForReady: true },
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
        "methodConfig[1].timeout",
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

  it("43. is refused by a ConfigError or read, whatever JSON it is", () => {
    const anything = jsonValue({ maxDepth: 2 });
    const some = (keys: readonly string[]) =>
      oneof(anything, dictionary(constantFrom(...keys), anything, { maxKeys: 4 }));
    const method = record(
      {
        name: oneof(anything, array(some(["service", "method"]))),
        timeout: anything,
        retryPolicy: some(["maxAttempts", "initialBackoff", "maxBackoff", "backoffMultiplier", "retryableStatusCodes"]),
        hedgingPolicy: some(["maxAttempts", "hedgingDelay", "nonFatalStatusCodes"]),
      },
      { requiredKeys: [] },
    );
    const config = oneof(
      anything,
      record(
        {
          methodConfig: oneof(anything, array(oneof(anything, method))),
          retryThrottling: some(["maxTokens", "tokenRatio"]),
          loadBalancingConfig: oneof(anything, array(some(["round_robin"]))),
        },
        { requiredKeys: [] },
      ),
    );
    const reads = property(config, (given) => {
      for (const spelled of [given, JSON.stringify(given)])
        try {
          validateConfig(fromServiceConfig(spelled as ServiceConfig), [CodexService]);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
    });
    holds(reads, { numRuns: Number(process.env.SEEDS ?? 500) });
  });
});
