// Prices: exact, dated, and never a guess that looks like knowledge.
import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock } from "#core/clock.ts";
import { Payer, Provenance, type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import type { PriceLine } from "./price-line.ts";
import { prices } from "./prices.data.ts";
import { priced, priceTable, worstCost } from "./prices.ts";

const { MEASURED, ESTIMATED, UNAVAILABLE } = Provenance;
const on = (day: string) => ({ date: () => new Date(`${day}T12:00:00Z`) }) as Clock;
const line = { kind: "openai", model: "tested", input: 2, output: 10, cacheRead: 0.5, cacheWrite: 2.5 };
const table = priceTable([line, { ...line, kind: "compatible", model: "bare", cacheRead: undefined }]);
const engine = { kind: "openai", model: "tested" };
const used = (tokens: Partial<Usage>) =>
  create(UsageSchema, { provenance: MEASURED, payer: Payer.API_KEY, modelUsed: "tested", ...tokens } as Usage);
const costOf = (usage: Usage, of = engine) => {
  const { costNanoUsd, costProvenance } = priced(usage, of, table);
  return [costNanoUsd, costProvenance];
};

describe("price table", () => {
  it("says from where and when each price is", () => {
    expect(prices.filter(({ source, date }) => !source || !/^202\d-\d\d/.test(date ?? ""))).toEqual([]);
  });

  it("knows a model by its name or by its name with a date", () => {
    const of = (model: string, kind = "anthropic") => priceTable().priceOf({ kind, model })?.input;
    expect(of("claude-haiku-4-5")).toBe(1_000_000_000n);
    expect(of("claude-haiku-4-5-20251001")).toBe(1_000_000_000n);
    expect(of("gpt-5-2025-08-07", "openai")).toBe(1_250_000_000n);
    expect(of("gpt-5-nano", "openai")).toBe(50_000_000n);
  });

  it.each([
    ["anthropic", "claude-haiku-4"],
    ["anthropic", "claude-haiku-4-5-fast"],
    ["openai", "gpt-5-turbo-2025-08-07"],
    ["compatible", "gpt-5"],
    ["cli", "gpt-5"],
  ])("does not guess %s:%s", (kind, model) => {
    expect(priceTable().priceOf({ kind, model })).toBeUndefined();
  });

  it("gives a command line the price of its vendor's model", () => {
    const { priceOf } = priceTable();
    expect(priceOf({ kind: "cli", model: "claude:claude-opus-5" })).toEqual(
      priceOf({ kind: "anthropic", model: "claude-opus-5" }),
    );
    expect(priceOf({ kind: "cli", model: "claude" })).toBeUndefined();
  });

  it("takes the price of the day", () => {
    const argon = (day: string) => priceTable([], on(day)).priceOf({ kind: "google", model: "gemini-4-argon" })?.input;
    expect(argon("2026-11-30")).toBe(2_000_000_000n);
    expect(argon("2026-12-01")).toBe(4_000_000_000n);
    const ended: PriceLine = { ...line, until: "2026-01-31" };
    expect(priceTable([ended], on("2026-02-01")).priceOf(engine)).toBeUndefined();
  });

  it("has one price a model and day", () => {
    for (const [at, one] of prices.entries()) {
      const same = prices.slice(at + 1).filter(({ kind, model }) => kind === one.kind && model === one.model);
      const overlaps = same.filter(({ from = "" }) => from <= (one.until ?? "9"));
      expect([one.model, overlaps]).toEqual([one.model, []]);
    }
  });

  it("lets an override stand before the list", () => {
    const own = priceTable([{ kind: "anthropic", model: "claude-opus-5", input: 0.000001, output: 0 }]);
    expect(own.priceOf({ kind: "anthropic", model: "claude-opus-5" })).toEqual({ input: 1000n, output: 0n });
  });
});

describe("cost of an answer", () => {
  it("is each kind of token times its price", () => {
    const usage = used({ inputTokens: 1000n, outputTokens: 100n, cacheReadTokens: 10n, cacheWriteTokens: 4n });
    expect(costOf(usage)).toEqual([2_000_000n + 1_000_000n + 5_000n + 10_000n, MEASURED]);
  });

  it("counts a part of a nano-dollar as one", () => {
    const tiny = priceTable([{ ...engine, input: 0.000001, output: 0 }]);
    expect(priced(used({ inputTokens: 1n }), engine, tiny).costNanoUsd).toBe(1n);
  });

  it("is that of the long request when the input is long", () => {
    const haiku = { kind: "anthropic", model: "claude-haiku-5-5" };
    const of = (inputTokens: bigint, cacheReadTokens: bigint) =>
      priced(used({ inputTokens, cacheReadTokens, modelUsed: "" }), haiku, priceTable()).costNanoUsd;
    expect(of(100_000n, 0n)).toBe(10_000_000n);
    expect(of(100_000n, 1n)).toBe(50_000_050n);
  });

  it("is an estimate when the tokens are, and nobody's guess when they are not known", () => {
    expect(costOf(used({ inputTokens: 1n, provenance: ESTIMATED }))).toEqual([2000n, ESTIMATED]);
    expect(costOf(used({ provenance: UNAVAILABLE }))).toEqual([0n, UNAVAILABLE]);
    expect(costOf(used({ provenance: Provenance.UNSPECIFIED }))).toEqual([0n, UNAVAILABLE]);
  });

  it("is an estimate when a model without a price answered in the place of the one asked for", () => {
    expect(costOf(used({ inputTokens: 1n, modelUsed: "other" }))).toEqual([2000n, ESTIMATED]);
    expect(costOf(used({ inputTokens: 1n, modelUsed: "tested-2026-01-01" }))).toEqual([2000n, MEASURED]);
  });

  it("is UNAVAILABLE without a price, also when only the price of the cache is missing", () => {
    expect(costOf(used({ inputTokens: 1n }), { kind: "openai", model: "nobody" })).toEqual([2000n, MEASURED]);
    expect(costOf(used({ inputTokens: 1n, modelUsed: "" }), { kind: "openai", model: "nobody" })).toEqual([
      0n,
      UNAVAILABLE,
    ]);
    const bare = { kind: "compatible", model: "bare" };
    expect(costOf(used({ inputTokens: 1n, modelUsed: "" }), bare)).toEqual([2000n, MEASURED]);
    expect(costOf(used({ cacheReadTokens: 1n, modelUsed: "" }), bare)).toEqual([0n, UNAVAILABLE]);
  });

  it("is nothing for what ran here, not known for a subscription, and as stated when it was stated", () => {
    expect(costOf(used({ inputTokens: 9n, payer: Payer.LOCAL }))).toEqual([0n, MEASURED]);
    expect(costOf(used({ inputTokens: 9n, payer: Payer.SUBSCRIPTION }))).toEqual([0n, UNAVAILABLE]);
    const stated = used({ inputTokens: 9n, costNanoUsd: 7n, costProvenance: ESTIMATED });
    expect(priced(stated, engine, table)).toBe(stated);
  });

  const tokens = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const parts = fc.record({
    inputTokens: tokens,
    outputTokens: tokens,
    cacheReadTokens: tokens,
    cacheWriteTokens: tokens,
  });

  it("never falls when more was used, and never exceeds the worst", () => {
    for (const [number, { kind, model }] of prices.entries()) {
      const list = priceTable([], on("2026-11-28"));
      const price = list.priceOf({ kind, model });
      if (price === undefined) continue;
      const cost = (usage: Partial<Usage>) => priced(used({ ...usage, modelUsed: model }), { kind, model }, list);
      fc.assert(
        fc.property(parts, parts, (a, more) => {
          const both = {
            inputTokens: a.inputTokens + more.inputTokens,
            outputTokens: a.outputTokens + more.outputTokens,
            cacheReadTokens: a.cacheReadTokens + more.cacheReadTokens,
            cacheWriteTokens: a.cacheWriteTokens + more.cacheWriteTokens,
          };
          const [less, all] = [cost(a), cost(both)];
          if (less.costProvenance !== MEASURED || all.costProvenance !== MEASURED) return;
          const input = a.inputTokens + a.cacheReadTokens + a.cacheWriteTokens;
          expect(less.costNanoUsd).toBeLessThanOrEqual(all.costNanoUsd);
          expect(less.costNanoUsd).toBeLessThanOrEqual(worstCost(price, input, a.outputTokens));
        }),
        { numRuns: 20, seed: 5000 + number },
      );
    }
  });
});
