// The bill of a run: every line once, and the lines make up the sum.
import { create, equals } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Reason } from "#core/failure.ts";
import { usageTotal } from "#core/usage.ts";
import { Provenance, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { folded, logOf, type Told } from "#store/testing/folded.ts";
import { usageOf } from "./usage-lines.ts";

const seed = Number(process.env.SEED ?? 2026);
const { MEASURED, ESTIMATED, UNAVAILABLE } = Provenance;

/** A log in pages, as the store gives it. */
const logged = (told: readonly Told[], pageSize = 3) => {
  const events = logOf(told);
  return { read: (_runId: string, after: bigint) => events.filter(({ seq }) => seq > after).slice(0, pageSize) };
};
const billOf = (told: readonly Told[]) => usageOf(logged(told), folded(...told));
const usage = { inputTokens: 7n, provenance: MEASURED };
const lost = { engine: "openai:small", discarded: true, reason: Reason.DEPENDENCY };

describe("the bill of a run", () => {
  it("has a line for each engine in each attempt, in the order it was spent", () => {
    const { lines } = billOf([
      { case: "runCreated", value: { task: "sort" } },
      ["plan", 1, { case: "stepStarted", value: { agent: "claude" } }],
      ["plan", 1, { case: "usageReported", value: { usage, ...lost } }],
      ["plan", 2, { case: "outputDelta", value: { text: "…" } }],
      ["plan", 2, { case: "stepCompleted", value: { usage, engine: { kind: "anthropic", model: "large" } } }],
      ["execute", 1, { case: "stepCompleted", value: { usage, engine: { kind: "sandbox" } } }],
      ["code", 1, { case: "stepCompleted", value: {} }],
    ]);
    const answered = { discarded: false, reason: Reason.UNSPECIFIED, usage };
    expect(lines).toMatchObject([
      { stepId: "plan", attempt: 1, usage, ...lost },
      { stepId: "plan", attempt: 2, engine: "anthropic:large", ...answered },
      { stepId: "execute", attempt: 1, engine: "sandbox", ...answered },
    ]);
  });

  it("is empty for a run that has spent nothing, and shows its budget", () => {
    expect(billOf([{ case: "runCreated", value: { task: "sort" } }])).toEqual({ lines: [] });
    const { budget } = billOf([{ case: "runCreated", value: { task: "sort", budget: { tokens: 9n } } }]);
    expect(budget).toMatchObject({ limit: { tokens: 9n }, spentTokens: 0n });
  });

  it("does not show what came after the run was read", () => {
    const told: Told[] = [1, 2, 3, 4, 5].map((attempt) => [
      "plan",
      attempt,
      { case: "usageReported", value: { usage } },
    ]);
    const early = folded(...told.slice(0, 2));
    const bill = usageOf(logged(told), early);
    expect([bill.lines?.length, bill.total?.inputTokens]).toEqual([2, 14n]);
  });

  const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const provenance = fc.constantFrom(MEASURED, ESTIMATED, UNAVAILABLE);
  const event = fc
    .record({
      stepId: fc.constantFrom("plan", "code", "code-2"),
      kind: fc.constantFrom("stepCompleted", "usageReported", "outputDelta"),
      discarded: fc.boolean(),
      usage: fc.record({ inputTokens: amount, costNanoUsd: amount, provenance, costProvenance: provenance }),
    })
    .map(({ stepId, kind, discarded, usage }): Told => {
      if (kind === "outputDelta") return [stepId, 1, { case: kind, value: { text: "…" } }];
      if (kind === "stepCompleted") return [stepId, 1, { case: kind, value: { usage } }];
      return [stepId, 1, { case: "usageReported", value: { usage, discarded } }];
    });

  it("adds up to what the run says it cost and wasted", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (told) => {
        const { lines = [], total, wasted } = billOf(told);
        const sum = (those: typeof lines) => usageTotal(those.map((line) => create(UsageSchema, line.usage)));
        const same = (a: typeof total, b: typeof total) =>
          a === undefined || b === undefined
            ? a === b
            : equals(UsageSchema, create(UsageSchema, a), create(UsageSchema, b));
        expect(same(sum(lines), total)).toBe(true);
        expect(same(sum(lines.filter(({ discarded }) => discarded)), wasted)).toBe(true);
      }),
      { seed, numRuns: 100 },
    );
  });
});
