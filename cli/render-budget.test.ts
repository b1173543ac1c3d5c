import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { RunSchema } from "#gen/synapse/v1/run_pb.ts";
import { budgetLine, changeWords, isChange } from "./render-budget.ts";

const wordsOf = (body: object) => {
  const event = create(EventSchema, { body: body as never });
  return isChange(event.body) ? changeWords(event.body) : undefined;
};

describe("a budget while a run goes on", () => {
  it("shows what is spent of it, and nothing where there is none", () => {
    const limit = { costNanoUsd: 500_000_000n, calls: 9 };
    const run = create(RunSchema, { budget: { limit, spentNanoUsd: 120_000_000n, calls: 3 } });
    expect(budgetLine(run)).toEqual(["budget  $0.1200 of $0.5000, 3 of 9 calls"]);
    expect(budgetLine(create(RunSchema))).toEqual([]);
  });

  it("tells what becomes of its limits", () => {
    const limit = { costNanoUsd: 1_000_000_000n, wall: { seconds: 120n } };
    expect(wordsOf({ case: "budgetRaised", value: { limit, raisedBy: "kim" } })).toBe(
      "budget     raised to $1.00 and 2m0s by kim",
    );
    expect(wordsOf({ case: "budgetExceeded", value: { limit: "money", message: "too\u001b[31m dear" } })).toMatch(
      /^budget {5}exceeded: too/,
    );
    expect(wordsOf({ case: "runStarted", value: {} })).toBeUndefined();
  });
});
