import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failure, failureOf, Reason, reasonOf } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import type { Ask, Model } from "./model.ts";
import { Fault } from "./provider-failure.ts";
import { rateLimit, type Turn } from "./rate-limit.ts";
import { filled, full, taken, waitMs } from "./rate-limit-bucket.ts";
import { rateLimited, rateLimitShares } from "./rate-limit-shared.ts";

const limits = { requestsPerMinute: 6, tokensPerMinute: 600 };
const need = (tokens: number) => ({ requests: 1, tokens });

describe("buckets", () => {
  it("wait for the scarcer of both", () => {
    const empty = { requests: 0, tokens: 0, at: 0 };
    expect(waitMs(full(limits, 0), need(600), limits)).toBe(0);
    expect(waitMs(empty, need(50), limits)).toBe(10_000);
    expect(waitMs(empty, need(300), limits)).toBe(30_000);
    expect(waitMs(filled(empty, limits, 30_000), need(300), limits)).toBe(0);
  });

  it("let in what is more than a full one when they are full, and are paid off afterwards", () => {
    expect(waitMs(full(limits, 0), need(900), limits)).toBe(0);
    const indebted = taken(full(limits, 0), need(900));
    expect(waitMs(indebted, need(0), limits)).toBe(30_000);
  });

  it("limit nothing where there is no rate", () => {
    expect(waitMs(taken(full({}, 0), need(1e9)), need(1e9), {})).toBe(0);
    expect(filled(full({}, 0), {}, 1000)).toEqual({ requests: Infinity, tokens: Infinity, at: 1000 });
  });

  it("never hold more than a minute's rate", () => {
    expect(filled(full(limits, 0), limits, 1e9)).toMatchObject({ requests: 6, tokens: 600 });
  });
});

const { signal } = new AbortController();
/** Whether a turn has come. */
async function come(turn: Promise<Turn>): Promise<boolean> {
  const later = new Promise((resolve) => setImmediate(() => resolve("waits")));
  return (await Promise.race([turn, later])) !== "waits";
}

describe("a rate limit", () => {
  it("gives turns in their order, also to a small ask behind a big one", async () => {
    const clock = manualClock();
    const limit = rateLimit(limits, clock);
    const turns = [limit.take(500, 1e9, signal), limit.take(400, 1e9, signal), limit.take(10, 1e9, signal)];
    await clock.advance(29_999);
    expect(await Promise.all(turns.map(come))).toEqual([true, false, false]);
    await clock.advance(1);
    expect(await Promise.all(turns.map(come))).toEqual([true, true, false]);
    await clock.advance(1000);
    expect(await Promise.all(turns.map(come))).toEqual([true, true, true]);
  });

  it("lets the next one in as soon as an ask has spent less than it might have", async () => {
    const clock = manualClock();
    const limit = rateLimit(limits, clock);
    const first = await limit.take(600, 1e9, signal);
    const second = limit.take(100, 1e9, signal);
    expect(await come(second)).toBe(false);
    if ("spent" in first) first.spent(400);
    expect(await come(second)).toBe(true);
  });

  it("says the wait at once when it is too long, behind all who wait", async () => {
    const clock = manualClock();
    const limit = rateLimit(limits, clock);
    await limit.take(600, 1e9, signal);
    const waiting = limit.take(300, 1e9, signal);
    expect(await limit.take(300, 59_999, signal)).toEqual({ waitMs: 60_000 });
    expect(await come(waiting)).toBe(false);
  });

  it("gives the place of one who leaves to the next, and its own timers back", async () => {
    const clock = manualClock();
    const limit = rateLimit(limits, clock);
    await limit.take(600, 1e9, signal);
    const leaving = new AbortController();
    const first = limit.take(500, 1e9, leaving.signal);
    const second = limit.take(100, 1e9, signal);
    leaving.abort(new Error("gone"));
    await expect(first).rejects.toThrow("gone");
    await clock.advance(10_000);
    expect(await come(second)).toBe(true);
    expect(clock.pending).toBe(0);
    await expect(limit.take(1, 1e9, leaving.signal)).rejects.toThrow("gone");
  });

  it("lets through at most its rate beside one full bucket, whatever is asked when", async () => {
    const asks = fc.array(fc.record({ afterMs: fc.nat(20_000), tokens: fc.integer({ min: 1, max: 600 }) }), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(asks, async (asked) => {
        const clock = manualClock();
        const limit = rateLimit(limits, clock);
        const through: { atMs: number; tokens: number }[] = [];
        for (const { afterMs, tokens } of asked) {
          void limit.take(tokens, 1e9, signal).then(() => through.push({ atMs: clock.now(), tokens }));
          await clock.advance(afterMs);
        }
        await clock.advance(40 * 60_000);
        expect(through.map(({ tokens }) => tokens)).toEqual(asked.map(({ tokens }) => tokens));
        for (const { atMs } of through) {
          const within = through.filter((each) => each.atMs >= atMs && each.atMs < atMs + 60_000);
          expect(within.length).toBeLessThanOrEqual(2 * limits.requestsPerMinute);
          expect(within.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(2 * limits.tokensPerMinute);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("models that share a key", () => {
  const ask = { system: "", prompt: "hello", maxOutputTokens: 500, signal } as Ask;
  const model: Model = {
    ...{ kind: "openai", model: "m" },
    ask: async () => ({ usage: { inputTokens: 10n, outputTokens: 90n, cacheWriteTokens: 0n } }) as never,
  };

  it("share its rate, the tighter of both; another key has its own", async () => {
    const shares = rateLimitShares();
    const clock = manualClock();
    const one = shares.of("https://h/v1", "key", { requestsPerMinute: 5 }, clock);
    const two = shares.of("https://h/v1", "key", { requestsPerMinute: 1, tokensPerMinute: 100 }, clock);
    expect(two).toBe(one);
    expect(shares.of("https://h/v1", "other", limits, clock)).not.toBe(one);
    expect(shares.of("https://i/v1", "key", limits, clock)).not.toBe(one);
    await one.take(1, 0, signal);
    expect(await one.take(1, 0, signal)).toEqual({ waitMs: 60_000 });
  });

  it("take what an ask may cost, and give back what it did not", async () => {
    const clock = manualClock();
    // Each takes 502 and gives 402 back: of 700 there are 500 after two.
    const limited = rateLimited(model, rateLimit({ tokensPerMinute: 700 }, clock));
    await limited.ask(ask);
    await limited.ask(ask);
    let answers = 0;
    const third = limited.ask(ask).then(() => answers++);
    await clock.advance(100);
    expect(answers).toBe(0);
    await clock.advance(100);
    await third;
  });

  it("are told why a caller left who waited", async () => {
    const clock = manualClock();
    const limited = rateLimited(model, rateLimit({ requestsPerMinute: 1 }, clock));
    await limited.ask(ask);
    const leaving = new AbortController();
    const second = limited.ask({ ...ask, signal: leaving.signal }).catch((reason: unknown) => reason);
    leaving.abort(failure(Reason.DEADLINE, "too late"));
    expect(reasonOf(await second)).toBe(Reason.DEADLINE);
    expect(clock.pending).toBe(0);
  });

  it("refuse with the time of the turn what would wait over a minute", async () => {
    const clock = manualClock();
    const limited = rateLimited(model, rateLimit({ requestsPerMinute: 0.5 }, clock));
    const first = limited.ask(ask);
    const error = await limited.ask(ask).catch((reason: unknown) => reason);
    expect(reasonOf(error)).toBe(Reason.QUOTA_EXHAUSTED);
    expect(failureOf(error)).toMatchObject({ provider: { engine: "openai:m", fault: Fault.RATE_LIMIT, status: 0 } });
    expect(Number(failureOf(error)?.retryAfter?.seconds)).toBeGreaterThan(60);
    void first;
  });
});
