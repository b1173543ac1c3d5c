import { describe, expect, it } from "vitest";
import { Provenance } from "#gen/synapse/v1/usage_pb.ts";
import { priceTable } from "#ledger/prices.ts";
import { openPurse } from "./purse.ts";
import { usage } from "./testing/fake-model.ts";

const engine = { kind: "one", model: "m" };
/** A dollar for a thousand tokens of input, two for a thousand of output. */
const price = priceTable([{ ...engine, input: 1000, output: 2000 }]).priceOf(engine);
const wish = { engine, inputTokens: 1000, outputTokens: 16_384, price, isLocal: false };
const dollar = 1_000_000_000n;

function spent(input: number, output: number, costNanoUsd: bigint) {
  return { ...usage(input, output), costNanoUsd, costProvenance: Provenance.MEASURED };
}
const unknown = { ...usage(0, 0), provenance: Provenance.UNAVAILABLE, costProvenance: Provenance.UNAVAILABLE };

describe("a purse", () => {
  it("lets an answer be as long as is wished, and no longer than can be paid for", () => {
    expect(openPurse().admit(wish)).toMatchObject({ outputTokens: 16_384, isLess: false });
    expect(openPurse({ tokens: 5000n }).admit(wish)).toMatchObject({ outputTokens: 4000, isLess: true });
    expect(openPurse({ nanoUsd: 5n * dollar }).admit(wish)).toMatchObject({ outputTokens: 2000, isLess: true });
    expect(openPurse({ nanoUsd: 5n * dollar - 1n }).admit(wish).outputTokens).toBe(1999);
    expect(openPurse({ tokens: 2024n }).admit(wish).outputTokens).toBe(1024);
    expect(() => openPurse({ tokens: 2023n }).admit(wish)).toThrow(/more than what is left, 2023 tokens/);
  });

  it("counts what was spent, and the worst where nobody knows", () => {
    const purse = openPurse({ tokens: 10_000n, nanoUsd: 20n * dollar });
    const first = purse.admit({ ...wish, outputTokens: 2000 });
    purse.settle(first, spent(900, 100, dollar));
    expect(purse.admit(wish).outputTokens).toBe(8000);
    const second = purse.admit({ ...wish, outputTokens: 2000 });
    expect(second.worst).toEqual({ tokens: 3000n, nanoUsd: 5n * dollar });
    purse.settle(second, unknown);
    // 6000 tokens and 14 dollars are left.
    expect(purse.admit(wish).outputTokens).toBe(5000);
    purse.settle(purse.admit(wish), undefined);
    expect(purse.admit(wish).outputTokens).toBe(5000);
    purse.settle(second, spent(0, 0, 10n * dollar));
    expect(purse.admit(wish).outputTokens).toBe(1500);
  });

  it("takes no money for what runs here", () => {
    const local = { ...wish, price: undefined, isLocal: true };
    expect(openPurse({ nanoUsd: 0n }).admit(local)).toMatchObject({ outputTokens: 16_384, worst: { nanoUsd: 0n } });
  });
});
