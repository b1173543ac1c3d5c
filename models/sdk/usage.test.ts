// What a request cost that did not come to its end: no less than what was heard of it.
import { toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { failureOf, spentOn } from "#core/failure.ts";
import { usageSum } from "#core/usage.ts";
import { Payer, Provenance, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { priced, priceTable } from "#ledger/prices.ts";
import { Fault, providerFailure } from "../provider-failure.ts";
import { dialect as anthropic } from "./anthropic.ts";
import { dialect as google } from "./google.ts";
import { dialect as openai } from "./openai.ts";
import { spentBy } from "./usage.ts";

const cut = {
  ...{ sent: true, asked: "question", status: 200, ended: false, failed: false },
  ...{ payer: Payer.API_KEY, modelRequested: "large", modelUsed: "large" },
};

describe("the counts of an event", () => {
  const place = { ...cut, ended: true, heard: "" };
  const hostile = (count: number) => [
    openai.reads({ type: "response.completed", response: { usage: { input_tokens: count, output_tokens: count } } }),
    google.reads({
      usageMetadata: { promptTokenCount: count, candidatesTokenCount: count, thoughtsTokenCount: count },
    }),
    anthropic.reads({ type: "message_delta", usage: { input_tokens: count, output_tokens: count } }),
  ];

  it.each([-1, 0.4, 1.5, 1e19, 1e300, Number.POSITIVE_INFINITY])(
    "can be written down, also when they are %d",
    (count) => {
      for (const { tokens = {} } of hostile(count)) {
        const usage = priced(
          spentBy({ ...place, tokens })!,
          { kind: "anthropic", model: "claude-opus-4-8" },
          priceTable(),
        );
        expect(toBinary(UsageSchema, usageSum(usage, usage))).toBeDefined();
        expect(usage.outputTokens).toBeGreaterThanOrEqual(0n);
      }
    },
  );
});

describe("the names a provider gives", () => {
  it("are cut and plain in an error: what is too long for a header would take the error with it", () => {
    const long = `\u202e\n${"x".repeat(100_000)}`;
    const usage = spentBy({ ...cut, modelUsed: long, tokens: { input: 1 }, heard: "" })!;
    const error = providerFailure({ engine: "e", fault: Fault.CUT, message: "m", requestId: long, usage });
    const [spent] = spentOn(error);
    const name = `??${"x".repeat(198)}`;
    expect(failureOf(error)?.provider?.requestId).toBe(name);
    expect([spent?.requestId, spent?.usage?.modelUsed]).toEqual([name, name]);
  });
});

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
