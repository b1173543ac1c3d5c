import { array, asyncProperty, constantFrom, assert as holds, integer, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { Code, ConnectError } from "#core/failure.ts";
import { originOf } from "#core/origin.ts";
import type { ResilienceConfig } from "../config.ts";
import { strategies } from "../pool/options.ts";
import type { CallError, CallFault } from "../testing/call-fault.ts";
import { type Ended, type Plan, type PlannedCall, runPlan } from "./testing-stack.ts";

const anError = record<CallError>(
  {
    code: constantFrom(Code.Unavailable, Code.Unavailable, Code.ResourceExhausted, Code.Internal, Code.NotFound),
    origin: constantFrom("peer", "unsent", "refused", "broken-before-headers", "untold"),
    metadata: constantFrom(
      {},
      {},
      { "retry-after": "1" },
      { "grpc-retry-pushback-ms": "-1" },
      { "retry-after-ms": "30" },
    ),
  },
  { requiredKeys: [] },
);
const aFault = record<CallFault>(
  {
    delayMs: integer({ min: 0, max: 300 }),
    betweenMs: integer({ min: 1, max: 200 }),
    error: anError,
    hang: constantFrom(false, false, false, true),
    afterMessages: integer({ min: 0, max: 3 }),
    answerLost: constantFrom(true, false),
  },
  { requiredKeys: [] },
);
const aCall = record<PlannedCall>(
  {
    kind: constantFrom("unary", "unary", "stream", "unrepeatable"),
    atMs: integer({ min: 0, max: 1000 }),
    timeoutMs: integer({ min: 1, max: 2000 }),
    abortsInMs: integer({ min: 0, max: 1500 }),
    breaksAfter: integer({ min: 1, max: 3 }),
  },
  { requiredKeys: ["kind", "atMs", "timeoutMs"] },
);
const aConfig = record({
  maxAttempts: integer({ min: 2, max: 5 }),
  isHedged: constantFrom(false, false, true),
  ceilingMs: constantFrom(200, 1000),
  strategy: constantFrom(...strategies),
  restMs: constantFrom(100, 30_000),
  maxTokens: constantFrom(4, 100),
  tokenRatio: constantFrom(0.1, 0.3, 3),
}).map(
  ({ maxAttempts, isHedged, ceilingMs, strategy, restMs, maxTokens, tokenRatio }): ResilienceConfig => ({
    defaults: {
      ...(isHedged ? { hedge: { maxAttempts: 3, delayMs: 50 } } : { retry: { maxAttempts } }),
      deadline: { timeoutMs: 1000 },
      attemptTimeout: { floorMs: 20, ceilingMs, minSamples: 5 },
      streamTimeout: { firstMs: 800, idleMs: 150 },
    },
    strategy,
    breaker: { restMs },
    retryBudget: { maxTokens, tokenRatio },
  }),
);
const aPlan = record<Plan>({
  endpoints: array(array(aFault, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
  calls: array(aCall, { minLength: 1, maxLength: 6 }),
  config: aConfig,
  seed: integer({ min: 0 }),
});

describe("the whole stack, by any script", () => {
  it("25. hangs never, leaks nothing, keeps its limits, and ends with what an attempt met", {
    timeout: 600_000,
  }, async () => {
    const promised = asyncProperty(aPlan, async (plan) => {
      const { ends, metrics, open, timers, recovers, close } = await runPlan(plan);
      for (const ended of ends) expectWithinLimits(ended, plan.config);
      const { calls, active, attempts, budget, pool } = metrics;
      expect({ active, open, pending: pool.endpoints.map(({ pending }) => pending) }).toEqual({
        active: 0,
        open: 0,
        pending: plan.endpoints.map(() => 0),
      });
      expect(calls.ok + calls.failed + calls.canceled).toBe(plan.calls.length);
      expect(calls.failed).toBeLessThanOrEqual(ends.filter(({ error }) => error !== undefined).length);
      expect(attempts).toBe(ends.reduce((sum, { requests }) => sum + requests.length, 0));
      expect(pool.endpoints.reduce((sum, { picks }) => sum + picks, 0)).toBe(attempts);
      expect(budget.tokens).toBeGreaterThanOrEqual(0);
      expect(budget.tokens).toBeLessThanOrEqual(budget.maxTokens);
      // What looks for outliers goes on until there is nothing more to see.
      expect(timers).toBeLessThanOrEqual(plan.endpoints.length > 1 ? 1 : 0);
      expect(await recovers()).toBe(true);
      expect(await close()).toBe(0);
    });
    await holds(promised, { numRuns: Number(process.env.SEEDS ?? 500) });
  });

  it("10. ends every call alike whatever the time of day, an hour early or late", async () => {
    const same = asyncProperty(aPlan, async (plan) => {
      const told = async (skewMs: number) => {
        const { ends, metrics, close } = await runPlan({ ...plan, skewMs });
        await close();
        const seen = ends.map(({ inMs, error, messages, requests }) => ({
          inMs,
          error: String(error),
          messages,
          requests: requests.map(({ endpoint, atMs, timeoutMs }) => ({ endpoint, atMs, timeoutMs })),
        }));
        return { seen, metrics };
      };
      const usual = await told(0);
      for (const hour of [3_600_000, -3_600_000]) expect(await told(hour)).toEqual(usual);
    });
    await holds(same, { numRuns: Math.ceil(Number(process.env.SEEDS ?? 500) / 10) });
  });
});

const isUntouched = ({ error, hang }: CallFault) =>
  error !== undefined && !hang && (error.origin === "unsent" || error.origin === "refused");

function expectWithinLimits({ call, inMs, error, messages, requests, listeners }: Ended, config: ResilienceConfig) {
  const { kind, timeoutMs, abortsInMs = Number.POSITIVE_INFINITY } = call;
  const { retry = {}, hedge } = config.defaults!;
  expect(inMs).toBeLessThanOrEqual(Math.min(timeoutMs, abortsInMs) + 1);
  expect(listeners).toBe(0);

  const most = hedge || retry === false ? 3 : (retry.maxAttempts ?? 3);
  const isRepicked = requests.some(({ fault }) => isUntouched(fault));
  for (const { number } of requests) expect(number).toBeLessThanOrEqual(kind === "unrepeatable" ? 5 : most);
  // What was not sent does not count as an attempt, once.
  expect(requests.length).toBeLessThanOrEqual((requests.at(-1)?.number ?? 0) + (isRepicked ? 1 : 0));
  for (const { atMs, timeoutMs: its } of requests) expect(atMs - call.atMs + its!).toBeLessThanOrEqual(timeoutMs);
  if (kind === "unrepeatable")
    for (const { fault } of requests.slice(0, -1)) expect(isUntouched(fault) || isLimit(fault)).toBe(true);

  expect(["a", "b", "c"].slice(0, messages.length)).toEqual(messages);
  if (kind === "stream" && error === undefined) expect(messages.length).toBe(call.breaksAfter ?? 3);
  if (error === undefined) return;
  expect(error).toBeInstanceOf(ConnectError);
  const { rawMessage } = error as ConnectError;
  if (/^error \d/.test(rawMessage)) {
    const met = requests.filter(({ fault }) => fault.error).map(({ words }) => words);
    expect(met).toContain(rawMessage);
  } else expect(["caller", "deadline", "local", "broken-after-headers"]).toContain(originOf(error));
}

const isLimit = ({ error }: CallFault) => error?.code === Code.ResourceExhausted;
