// What a request cost that did not come to its end: no less than what was heard of it.
import { describe, expect, it } from "vitest";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import { spentBy } from "./usage.ts";

const cut = {
  ...{ sent: true, asked: "question", status: 200, ended: false, failed: false },
  ...{ payer: Payer.API_KEY, modelRequested: "large", modelUsed: "large" },
};

describe("the usage of a cut answer", () => {
  it("is estimated from what was heard, whatever was counted when it began", () => {
    const usage = spentBy({ ...cut, tokens: { input: 900, output: 1 }, heard: "word ".repeat(30) });
    expect(usage).toMatchObject({ inputTokens: 900n, outputTokens: 50n, provenance: Provenance.ESTIMATED });
  });

  it("has no more reasoning than output", () => {
    const usage = spentBy({ ...cut, tokens: { input: 900, output: 0, reasoning: 6 }, heard: "" });
    expect(usage).toMatchObject({ outputTokens: 6n, reasoningTokens: 6n });
  });
});
