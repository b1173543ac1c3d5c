import { create } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { failure, failureOf, messageOf, Reason, reasonOf, spentOn } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { PlanRequestSchema } from "#gen/synapse/v1/claude_pb.ts";
import { priceTable } from "#ledger/prices.ts";
import { chain } from "./chain.ts";
import type { Engine } from "./engine.ts";
import { Fault, providerFailure } from "./provider-failure.ts";
import { failing } from "./testing/failing.ts";
import { type FakeReply, fakeModel, usage } from "./testing/fake-model.ts";
import { listening } from "./testing/thinking.ts";
import { thinker } from "./thinker.ts";

const request = create(PlanRequestSchema, { task: "sort" });
const good: FakeReply = { json: { summary: "s", steps: ["a"], successCriteria: ["b"] } };
const prices = priceTable([
  { kind: "one", model: "m", input: 1, output: 1 },
  { kind: "two", model: "m", input: 1, output: 1 },
]);

/** An engine of one model that answers by script. */
function scripted(kind: string, script: (FakeReply | Error)[]) {
  const model = fakeModel(script, { kind, model: "m" });
  return { ...thinker(model, { prices }), asked: model.asked };
}
const cut = (spent = usage(10, 5)) =>
  providerFailure({
    engine: "one:m",
    fault: Fault.CUT,
    message: "the answer broke off",
    usage: spent,
    requestId: "r1",
  });
const quota = (retryAfterMs: number) =>
  providerFailure({ engine: "one:m", fault: Fault.RATE_LIMIT, message: "too many", retryAfterMs });

describe("a chain", () => {
  it("goes on with the next engine, says so, and tells what the first one cost", async () => {
    const [one, two] = [scripted("one", [cut()]), scripted("two", [good])];
    const heard = listening();
    const answer = await chain([one, two]).plan(request, heard);
    expect(answer.engine).toEqual({ kind: "two", model: "m" });
    expect(answer.usage.inputTokens).toBe(1000n);
    expect(answer.discarded).toMatchObject([
      {
        attempt: 1,
        engine: "one:m",
        reason: Reason.DEPENDENCY,
        requestId: "r1",
        usage: { inputTokens: 10n, costNanoUsd: 15_000n },
      },
    ]);
    expect(heard.restarted).toMatchObject([
      { from: "one:m", to: "two:m", reason: Reason.DEPENDENCY, message: "the answer broke off" },
    ]);
    expect(heard.shown.map(({ engine }) => engine)).toEqual(["one:m", "two:m"]);
  });

  it("asks the first alone while it answers", async () => {
    const [one, two] = [scripted("one", [good]), scripted("two", [])];
    const answer = await chain([one, two]).plan(request, listening());
    expect([answer.engine?.kind, answer.discarded, two.asked.length]).toEqual(["one", [], 0]);
  });

  it("fails with all that was spent when none answers", async () => {
    const auth = providerFailure({ engine: "two:m", fault: Fault.AUTH, message: "set TWO_API_KEY" });
    const error = await failing(chain([scripted("one", [cut()]), scripted("two", [auth])]).plan(request, listening()));
    expect(reasonOf(error)).toBe(Reason.ENGINE_AUTH);
    expect(messageOf(error)).toBe(
      "no engine of the chain answered: one:m: the answer broke off; two:m: set TWO_API_KEY",
    );
    expect(spentOn(error).map(({ attempt, engine, usage }) => [attempt, engine, usage?.inputTokens])).toEqual([
      [1, "one:m", 10n],
      [2, "two:m", 0n],
    ]);
  });

  it("says when the first quota is back, though the last engine failed otherwise", async () => {
    const engines = [scripted("one", [quota(60_000)]), scripted("two", [cut()])] as const;
    const error = await failing(chain([...engines]).plan(request, listening()));
    expect(reasonOf(error)).toBe(Reason.QUOTA_EXHAUSTED);
    expect(durationMs(failureOf(error)!.retryAfter!)).toBe(60_000);
    expect(spentOn(error)).toHaveLength(2);
  });

  it("does not ask an engine whose quota is used up before its reset", async () => {
    const clock = manualClock();
    const [one, two] = [scripted("one", [quota(60_000), good]), scripted("two", [good, good])];
    const engine = chain([one, two], clock);
    await engine.plan(request, listening());
    const heard = listening();
    const answer = await engine.plan(request, heard);
    expect([one.asked.length, two.asked.length]).toEqual([1, 2]);
    expect(answer.discarded).toMatchObject([{ attempt: 1, message: expect.stringMatching(/^not asked, its quota/) }]);
    expect(heard.restarted).toHaveLength(1);
    await clock.advance(60_000);
    expect((await engine.plan(request, listening())).engine?.kind).toBe("one");
  });

  it("asks again an engine whose quota is used up when there is no other, and within the hour at the latest", async () => {
    const clock = manualClock();
    const [one, two] = [
      scripted("one", [quota(36_000_000), quota(36_000_000), good]),
      scripted("two", [quota(60_000), quota(60_000)]),
    ];
    const engine = chain([one, two], clock);
    await failing(engine.plan(request, listening()));
    await failing(engine.plan(request, listening()));
    expect([one.asked.length, two.asked.length]).toEqual([2, 2]);
    await clock.advance(3_600_000);
    expect((await engine.plan(request, listening())).engine?.kind).toBe("one");
  });

  it("within a chain tells what the inner one gave up", async () => {
    const inner = chain([scripted("one", [cut()]), scripted("two", [good])]);
    const { discarded } = await chain([inner, scripted("three", [])]).plan(request, listening());
    expect(discarded?.map(({ attempt, engine }) => [attempt, engine])).toEqual([[1, "one:m"]]);
  });

  it.each([Reason.BUDGET_EXCEEDED, Reason.CANCELED, Reason.INVALID_INPUT, Reason.INTERNAL])(
    "does not go on after reason %i: it would be the same for all",
    async (reason) => {
      const two = scripted("two", [good]);
      const error = await failing(chain([scripted("one", [failure(reason, "no")]), two]).plan(request, listening()));
      expect([reasonOf(error), messageOf(error), two.asked.length]).toEqual([reason, "no", 0]);
    },
  );

  it("does not go on when the caller has left, or when builtin can't", async () => {
    const caller = new AbortController();
    const leaving: Engine = {
      ...scripted("one", []),
      plan: async () => {
        caller.abort();
        throw cut();
      },
    };
    const two = scripted("two", [good, good]);
    const heard = listening({ signal: caller.signal });
    await failing(chain([leaving, two]).plan(request, heard));
    expect(heard.restarted).toEqual([]);
    const cannot = scripted("builtin", [failure(Reason.ENGINE_CANNOT, "no recipe")]);
    expect(messageOf(await failing(chain([cannot, two]).plan(request, listening())))).toBe("no recipe");
    expect(two.asked).toHaveLength(0);
  });

  it("has one allowance for all its engines", async () => {
    const [one, two] = [scripted("one", [cut()]), scripted("two", [good])];
    const error = await failing(chain([one, two]).plan(request, listening({ allowance: { calls: 1 } })));
    expect(reasonOf(error)).toBe(Reason.BUDGET_EXCEEDED);
    expect([one.asked.length, two.asked.length]).toEqual([1, 0]);
    expect(spentOn(error)[0]).toMatchObject({ engine: "one:m", usage: { inputTokens: 10n } });
  });
});
