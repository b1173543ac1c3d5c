// Usage sums: numbers add up, certainty does not.
import { create, equals } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Payer, Provenance, type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { allTokens, costProvenanceOf, usageSum, usageTotal } from "./usage.ts";

const { UNSPECIFIED, MEASURED, ESTIMATED, UNAVAILABLE } = Provenance;
const seed = Number(process.env.SEED ?? 2026);

const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
const provenance = fc.constantFrom(UNSPECIFIED, MEASURED, ESTIMATED, UNAVAILABLE);
const model = fc.constantFrom("", "large", "small");
const usage = fc
  .record({
    inputTokens: amount,
    outputTokens: amount,
    cacheReadTokens: amount,
    cacheWriteTokens: amount,
    reasoningTokens: amount,
    costNanoUsd: amount,
    provenance,
    costProvenance: provenance,
    payer: fc.constantFrom(Payer.UNSPECIFIED, Payer.API_KEY, Payer.SUBSCRIPTION, Payer.LOCAL),
    modelRequested: model,
    modelUsed: model,
  })
  .map((value) => create(UsageSchema, value));
const same = (a: Usage, b: Usage) => equals(UsageSchema, a, b);

describe("usage sum", () => {
  it("adds every number", () => {
    const part = {
      inputTokens: 1n,
      outputTokens: 2n,
      cacheReadTokens: 3n,
      cacheWriteTokens: 4n,
      reasoningTokens: 5n,
      costNanoUsd: 6n,
    };
    const twice = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, value * 2n]));
    expect(usageSum(create(UsageSchema, part), create(UsageSchema, part))).toMatchObject(twice);
    expect(allTokens(create(UsageSchema, part))).toBe(10n);
  });

  it.each([
    [MEASURED, MEASURED, MEASURED],
    [MEASURED, ESTIMATED, ESTIMATED],
    [UNAVAILABLE, ESTIMATED, UNAVAILABLE],
    [UNSPECIFIED, MEASURED, UNAVAILABLE],
  ])("is known no better than its least known part: %i and %i give %i", (a, b, sum) => {
    const tokens = (provenance: Provenance) => create(UsageSchema, { provenance, costProvenance: MEASURED });
    const costs = (costProvenance: Provenance) => create(UsageSchema, { provenance: MEASURED, costProvenance });
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      expect(usageSum(tokens(one), tokens(other))).toMatchObject({ provenance: sum, costProvenance: MEASURED });
      expect(usageSum(costs(one), costs(other))).toMatchObject({ provenance: MEASURED, costProvenance: sum });
    }
  });

  it("names payer and model only when all parts have the same", () => {
    const key = create(UsageSchema, { payer: Payer.API_KEY, modelRequested: "large", modelUsed: "large-2" });
    const local = create(UsageSchema, { payer: Payer.LOCAL, modelRequested: "large" });
    expect(usageSum(key, key)).toMatchObject({ payer: Payer.API_KEY, modelRequested: "large", modelUsed: "large-2" });
    expect(usageSum(key, local)).toMatchObject({ payer: Payer.UNSPECIFIED, modelRequested: "large", modelUsed: "" });
    expect(usageSum(undefined, key)).toEqual(key);
  });

  it("knows the cost of what ran here, also when only its tokens were written down", () => {
    const old = create(UsageSchema, { provenance: MEASURED, payer: Payer.LOCAL });
    expect(costProvenanceOf(old)).toBe(MEASURED);
    expect(usageSum(old, old).costProvenance).toBe(MEASURED);
    expect(costProvenanceOf(create(UsageSchema, { provenance: MEASURED, payer: Payer.API_KEY }))).toBe(UNSPECIFIED);
  });

  it("does not depend on the order, nor on what is added first", () => {
    fc.assert(
      fc.property(usage, usage, usage, (a, b, c) => {
        expect(same(usageSum(a, b), usageSum(b, a))).toBe(true);
        expect(same(usageSum(usageSum(a, b), c), usageSum(a, usageSum(b, c)))).toBe(true);
      }),
      { seed },
    );
  });

  it("of all is the sum of each number, and nothing of nothing", () => {
    expect(usageTotal([])).toBeUndefined();
    fc.assert(
      fc.property(fc.array(usage, { minLength: 1 }), (parts) => {
        const total = usageTotal(parts)!;
        expect(total.costNanoUsd).toBe(parts.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n));
        expect(allTokens(total)).toBe(parts.reduce((sum, part) => sum + allTokens(part), 0n));
      }),
      { seed },
    );
  });
});
