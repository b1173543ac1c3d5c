// What a run cost: completed steps and discarded attempts, each counted once.
import { create, equals, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { usageTotal } from "#core/usage.ts";
import { EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { RunSchema } from "#gen/synapse/v1/run_pb.ts";
import { Payer, Provenance, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import { apply } from "./projection.ts";
import { type Body, folded, type Told } from "./testing/folded.ts";

const { MEASURED, ESTIMATED, UNAVAILABLE } = Provenance;
const seed = Number(process.env.SEED ?? 2026);
type Spent = { usage: MessageInitShape<typeof UsageSchema> };
const created: Body = { case: "runCreated", value: { task: "sort", workflow: "code" } };
const cost = (inputTokens: bigint, provenance: Provenance = MEASURED, costProvenance: Provenance = MEASURED) => ({
  usage: { inputTokens, provenance, costProvenance },
});
const completed = (of: Spent): Body => ({ case: "stepCompleted", value: of });
const reported = (of: Spent, discarded: boolean): Body => ({
  case: "usageReported",
  value: { ...of, discarded },
});

describe("spending", () => {
  it("adds up what completed and what discarded attempts cost, on the step and on the run", () => {
    const run = folded(
      created,
      ["plan", 1, reported(cost(5n, ESTIMATED), true)],
      ["plan", 2, completed(cost(7n))],
      ["code", 1, completed(cost(100n, MEASURED, UNAVAILABLE))],
      ["code", 1, reported(cost(1000n), false)],
    );
    expect(run.usage).toMatchObject({ inputTokens: 1112n, provenance: ESTIMATED, costProvenance: UNAVAILABLE });
    expect(run.wasted).toMatchObject({ inputTokens: 5n, provenance: ESTIMATED, costProvenance: MEASURED });
    const [plan, code] = run.steps;
    expect([plan!.usage?.inputTokens, plan!.wasted?.inputTokens]).toEqual([12n, 5n]);
    expect([code!.usage?.inputTokens, code!.wasted]).toEqual([1100n, undefined]);
  });

  it("counts what no step is named for on the run alone", () => {
    const run = folded(created, reported(cost(3n), true));
    expect([run.usage?.inputTokens, run.wasted?.inputTokens, run.steps]).toEqual([3n, 3n, []]);
  });

  it("goes on from a run that was written before costs had a provenance and waste a place", () => {
    const usage = { inputTokens: 0n, provenance: MEASURED, payer: Payer.LOCAL };
    const old = create(RunSchema, { runId: "r", usage, steps: [{ stepId: "plan", usage }] });
    const loaded = fromBinary(RunSchema, toBinary(RunSchema, old));
    const free = create(UsageSchema, { provenance: MEASURED, costProvenance: MEASURED, payer: Payer.LOCAL });
    const body = { case: "stepCompleted", value: { usage: free } } as const;
    const run = apply(loaded, create(EventSchema, { seq: 9n, stepId: "code", attempt: 1, body }));
    expect(run.usage).toMatchObject({ provenance: MEASURED, costProvenance: MEASURED, payer: Payer.LOCAL });
    expect([run.wasted, run.budget, run.approvals]).toEqual([undefined, undefined, []]);
  });

  const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const provenance = fc.constantFrom(MEASURED, ESTIMATED, UNAVAILABLE);
  const parts = fc.record({
    stepId: fc.constantFrom("", "plan", "code", "code-2"),
    attempt: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom("completed", "reported", "discarded"),
    usage: fc
      .record({ inputTokens: amount, costNanoUsd: amount, provenance, costProvenance: provenance })
      .map((value) => create(UsageSchema, value)),
  });

  it("is the sum of all parts, whatever their order, and so is the waste", () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 30 }), (all) => {
        const told = all.map(
          ({ stepId, attempt, kind, usage }): Told => [
            stepId,
            attempt,
            kind === "completed" ? completed({ usage }) : reported({ usage }, kind === "discarded"),
          ],
        );
        const sum = (those: typeof all) => usageTotal(those.map(({ usage }) => usage));
        const run = folded(...told);
        expect(equals(UsageSchema, run.usage!, sum(all)!)).toBe(true);
        expect(run.wasted).toEqual(sum(all.filter(({ kind }) => kind === "discarded")));
        for (const { stepId, usage } of run.steps) {
          expect(usage).toEqual(sum(all.filter((part) => part.stepId === stepId)));
        }
        expect(folded(...told.reverse()).usage).toEqual(run.usage);
      }),
      { seed, numRuns: 100 },
    );
  });
});
