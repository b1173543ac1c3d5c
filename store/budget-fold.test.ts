// A budget's status: what is set aside, what is spent, and nothing counted twice.
import { describe, expect, it } from "vitest";
import { type Body, folded } from "./testing/folded.ts";

const created: Body = {
  case: "runCreated",
  value: { task: "sort", budget: { costNanoUsd: 100n, tokens: 50n, calls: 9 } },
};
const reserved = (key: string, costNanoUsd: bigint, tokens: bigint, calls: number): Body => ({
  case: "budgetReserved",
  value: { key, costNanoUsd, tokens, calls },
});
const settled = (key: string, costNanoUsd: bigint, tokens: bigint, calls: number, unknown = false): Body => ({
  case: "budgetSettled",
  value: { key, costNanoUsd, tokens, calls, unknown },
});

describe("budget status", () => {
  it("is absent for a run without a budget, whatever its log says", () => {
    const { budget } = folded({ case: "runCreated", value: { task: "sort" } }, reserved("a", 1n, 1n, 1));
    expect(budget).toBeUndefined();
  });

  it("sets aside what is reserved, once for a key", () => {
    const { budget, steps } = folded(
      created,
      ["plan", 1, reserved("plan#1", 40n, 20n, 2)],
      ["plan", 1, reserved("plan#1", 40n, 20n, 2)],
      ["code", 1, reserved("code#1", 30n, 5n, 1)],
    );
    expect(budget).toMatchObject({ reservedNanoUsd: 70n, reservedTokens: 25n, spentNanoUsd: 0n, calls: 3 });
    expect(budget!.reservations.map(({ key }) => key)).toEqual(["plan#1", "code#1"]);
    expect(steps).toEqual([]);
  });

  it("gives back what a settled call did not need, once", () => {
    const { budget } = folded(
      created,
      reserved("a", 40n, 20n, 2),
      reserved("b", 30n, 5n, 1),
      settled("a", 7n, 3n, 1),
      settled("a", 7n, 3n, 1),
    );
    expect(budget).toMatchObject({
      ...{ spentNanoUsd: 7n, spentTokens: 3n, calls: 2 },
      ...{ reservedNanoUsd: 30n, reservedTokens: 5n, reservations: [{ key: "b" }] },
    });
  });

  it("takes all that was set aside as spent where the cost is not known, and more where more was told", () => {
    const { budget } = folded(created, reserved("a", 40n, 20n, 2), settled("a", 1n, 25n, 1, true));
    expect(budget).toMatchObject({ spentNanoUsd: 40n, spentTokens: 25n, calls: 2, reservedNanoUsd: 0n });
  });

  it("has the limits that a human raised", () => {
    const { budget } = folded(created, { case: "budgetRaised", value: { limit: { costNanoUsd: 200n } } });
    expect([budget!.limit!.costNanoUsd, budget!.limit!.tokens]).toEqual([200n, undefined]);
  });
});
