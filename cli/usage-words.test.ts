// Tokens and money in words: exact where they are known, and never zero where they are not.
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { BudgetStatusSchema, Payer, Provenance, type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { budgetWords, countWords, marked, moneyWords, usageLines, usageWords } from "./usage-words.ts";

const { MEASURED, ESTIMATED, UNAVAILABLE, UNSPECIFIED } = Provenance;
const of = (parts: Partial<Usage>) =>
  create(UsageSchema, { provenance: MEASURED, costProvenance: MEASURED, payer: Payer.API_KEY, ...parts } as Usage);
const plain = (_: unknown, text: string) => text;

describe("money", () => {
  it.each([
    [0n, "$0"],
    [1n, "$0.000000001"],
    [93_000n, "$0.000093"],
    [425_400n, "$0.00043"],
    [1_300_000n, "$0.0013"],
    [12_345_678n, "$0.0123"],
    [12_350_000n, "$0.0124"],
    [999_949_999n, "$0.9999"],
    [999_950_000n, "$1.0000"],
    [1_234_567_890_123n, "$1,234.57"],
  ])("of %i billionths is %s", (nano, words) => expect(moneyWords(nano)).toBe(words));
});

describe("numbers", () => {
  it("are written with commas", () => {
    expect([0n, 999n, 1000n, 1_234_567n].map(countWords)).toEqual(["0", "999", "1,000", "1,234,567"]);
  });

  it.each([
    [MEASURED, "1,200", "0"],
    [ESTIMATED, "~1,200", "~0"],
    [UNAVAILABLE, "≥1,200", "?"],
    [UNSPECIFIED, "≥1,200", "?"],
  ])("carry how well they are known: %i", (provenance, some, none) => {
    expect([marked(1200n, provenance), marked(0n, provenance)]).toEqual([some, none]);
  });
});

describe("usage", () => {
  it.each<[string, Partial<Usage>]>([
    [
      "12,700 tokens in, 450 out, $0.0123",
      { inputTokens: 12_000n, cacheReadTokens: 700n, outputTokens: 450n, costNanoUsd: 12_300_000n },
    ],
    [
      "about 5 tokens in, 1 out, about $0.0010",
      { inputTokens: 5n, outputTokens: 1n, costNanoUsd: 1_000_000n, provenance: ESTIMATED, costProvenance: ESTIMATED },
    ],
    ["5 tokens in, 1 out, cost not known", { inputTokens: 5n, outputTokens: 1n, costProvenance: UNAVAILABLE }],
    [
      "at least 5 tokens in, 0 out, at least $0.0010",
      { inputTokens: 5n, costNanoUsd: 1_000_000n, provenance: UNAVAILABLE, costProvenance: UNAVAILABLE },
    ],
    ["tokens not known, cost not known", { provenance: UNSPECIFIED, costProvenance: UNSPECIFIED }],
    ["5 tokens in, 0 out, $0", { inputTokens: 5n, payer: Payer.LOCAL, costProvenance: UNSPECIFIED }],
    ["no tokens", { payer: Payer.LOCAL }],
  ])("is %j", (words, parts) => expect(usageWords(of(parts))).toBe(words));

  it("names what was wasted", () => {
    const words = usageWords(of({ inputTokens: 9n, costNanoUsd: 0n }), of({ inputTokens: 2n }));
    expect(words).toBe("9 tokens in, 0 out, $0 (wasted: 2 tokens in, 0 out, $0)");
  });

  it("is said at the end of a run that spent something, or may have", () => {
    expect(usageLines({ usage: of({}) }, plain)).toEqual([]);
    expect(usageLines({}, plain)).toEqual([]);
    expect(usageLines({ usage: of({ inputTokens: 1n }) }, plain)).toEqual(["usage    1 tokens in, 0 out, $0"]);
    expect(usageLines({ usage: of({ provenance: UNAVAILABLE }) }, plain)).toEqual(["usage    tokens not known, $0"]);
  });
});

describe("a budget", () => {
  it("shows what was spent of each limit there is", () => {
    const status = {
      limit: { costNanoUsd: 1_000_000_000n, tokens: 10_000n, calls: 10, wall: { seconds: 7200n } },
      ...{ spentNanoUsd: 120_000_000n, reservedNanoUsd: 50_000_000n, spentTokens: 1200n, calls: 3 },
    };
    expect(budgetWords(create(BudgetStatusSchema, status))).toBe(
      "$0.1200 of $1.00 ($0.0500 set aside), 1,200 of 10,000 tokens, 3 of 10 calls, at most 2h00m of work",
    );
    expect(budgetWords(create(BudgetStatusSchema, { limit: { calls: 2 } }))).toBe("0 of 2 calls");
  });
});
