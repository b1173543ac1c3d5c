// Usage sums: numbers add up, certainty does not.
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { Payer, Provenance, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { usageSum } from "./usage-sum.ts";

const { UNSPECIFIED, MEASURED, ESTIMATED, UNAVAILABLE } = Provenance;
const of = (provenance: Provenance) => create(UsageSchema, { provenance });

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
  });

  it.each([
    [MEASURED, MEASURED, MEASURED],
    [MEASURED, ESTIMATED, ESTIMATED],
    [UNAVAILABLE, ESTIMATED, UNAVAILABLE],
    [UNSPECIFIED, MEASURED, UNAVAILABLE],
  ])("is known no better than its least known part: %i and %i give %i", (a, b, sum) => {
    expect(usageSum(of(a), of(b)).provenance).toBe(sum);
    expect(usageSum(of(b), of(a)).provenance).toBe(sum);
  });

  it("names payer and model only when all parts have the same", () => {
    const key = create(UsageSchema, { payer: Payer.API_KEY, modelRequested: "large", modelUsed: "large-2" });
    const local = create(UsageSchema, { payer: Payer.LOCAL, modelRequested: "large" });
    expect(usageSum(key, key)).toMatchObject({ payer: Payer.API_KEY, modelRequested: "large", modelUsed: "large-2" });
    expect(usageSum(key, local)).toMatchObject({ payer: Payer.UNSPECIFIED, modelRequested: "large", modelUsed: "" });
    expect(usageSum(undefined, key)).toEqual(key);
  });
});
