// What every engine must hold of what holds steps up: quotas and humans, waited for once, whatever dies meanwhile.
import { describe, expect, it } from "vitest";
import { failure, Reason, reasonOf } from "#core/failure.ts";
import type { RunWaiting } from "#gen/synapse/v1/event_pb.ts";
import { ApprovalKind, RunState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { json } from "../codec.ts";
import type { Flow, Hold, StepContext, StepOptions } from "../flow.ts";
import { type EngineFactory, type Gateway, gateway } from "./gateway.ts";

type Attempt = (context: StepContext) => Promise<string> | string;

function step(flow: Flow, name: string, attempt: Attempt, options: StepOptions = {}): Promise<string> {
  const retry = { attempts: 2, initialMs: 1, ...options.retry };
  return flow.step(name, json<string>(), async (context) => ({ value: await attempt(context) }), { ...options, retry });
}

const usedUp = (retryAfterMs: number) => failure(Reason.QUOTA_EXHAUSTED, "the quota is used up", { retryAfterMs });

/** A step that is refused for its budget in its first attempts, until a human allows more. */
const broke = () => failure(Reason.BUDGET_EXCEEDED, "no money is left");
const asking = (error: unknown): Hold | undefined =>
  reasonOf(error) === Reason.BUDGET_EXCEEDED
    ? {
        kind: "approval",
        name: "budget-1",
        approvalKind: ApprovalKind.BUDGET,
        prompt: "More?",
        expiresMs: 60_000,
        reason: WaitReason.BUDGET,
      }
    : undefined;

/** The events of a log from the first attempt on, without those of the run's beginning and end. */
const between = (g: Gateway, id: string) => g.log(id).slice(2, -1);

export function conformanceOfHolds(factory: EngineFactory): void {
  const start = (body: (flow: Flow) => Promise<string>) => {
    const g = gateway(factory, async (flow) => ({ explanation: await body(flow) }));
    return { g, id: g.run() };
  };

  describe("a quota that is used up", () => {
    it("makes the run WAITING until the provider gives more, as often as it takes, and counts as no failure", async () => {
      const { g, id } = start((flow) =>
        step(
          flow,
          "plan",
          ({ attempt }) => {
            if (attempt <= 3) throw usedUp(5);
            if (attempt === 4) throw failure(Reason.UNREACHABLE, "away");
            return "done";
          },
          { retry: { attempts: 2 } },
        ),
      );
      const waiting = await g.seen(id, "runWaiting", "plan");
      const { reason, detail, until } = waiting.body.value as RunWaiting;
      expect({ reason, detail }).toEqual({ reason: WaitReason.QUOTA, detail: "the quota is used up" });
      expect(until).toBeDefined();
      expect(await g.ended(id)).toMatchObject({ explanation: "done" });
      const held = (n: number) => [
        `plan.${n} stepStarted`,
        `plan.${n} stepRetrying`,
        "plan runWaiting",
        "plan runResumed",
      ];
      expect(between(g, id)).toEqual([
        ...[1, 2, 3].flatMap(held),
        ...["plan.4 stepStarted", "plan.4 stepRetrying", "plan.5 stepStarted", "plan.5 stepCompleted"],
      ]);
    });

    it("is waited for once, also when the process dies meanwhile", async () => {
      let attempts = 0;
      const { g, id } = start((flow) =>
        step(flow, "plan", () => {
          if (++attempts === 1) throw usedUp(400);
          return "done";
        }),
      );
      await g.seen(id, "runWaiting");
      g.crash();
      g.boot();
      await expect
        .poll(() => g.store.runs.get(id))
        .toMatchObject({ state: RunState.WAITING, waitReason: WaitReason.QUOTA });
      expect(await g.ended(id)).toMatchObject({ explanation: "done" });
      expect(attempts).toBe(2);
      expect(g.log(id).slice(5)).toEqual([
        ...["runResumed", "plan runWaiting", "plan runResumed", "plan.2 stepStarted", "plan.2 stepCompleted"],
        "runCompleted",
      ]);
    });

    it("ends with its run", async () => {
      const { g, id } = start((flow) => step(flow, "plan", () => Promise.reject(usedUp(60_000))));
      await g.seen(id, "runWaiting");
      await g.engine.cancel(id);
      expect(g.log(id).slice(-3)).toEqual(["runCanceling", "plan.1 stepCanceled", "runCanceled"]);
    });
  });

  describe("a human who must decide within a step", () => {
    const within = (attempts: { count: number }) => (flow: Flow) =>
      step(
        flow,
        "plan",
        () => {
          attempts.count++;
          if (attempts.count === 1) throw broke();
          return "done";
        },
        { hold: asking },
      );

    it("lets it go on, in a new attempt, when more is allowed", async () => {
      const { g, id } = start(within({ count: 0 }));
      await g.seen(id, "runWaiting");
      expect(g.store.runs.get(id)).toMatchObject({ state: RunState.WAITING, waitReason: WaitReason.BUDGET });
      expect(g.engine.approval(id, "budget-1")).toMatchObject({ kind: ApprovalKind.BUDGET, prompt: "More?" });
      expect(g.engine.decide(id, "budget-1", { approved: true, note: "" })).toBe(true);
      expect(await g.ended(id)).toMatchObject({ explanation: "done" });
      expect(between(g, id)).toEqual([
        "plan.1 stepStarted",
        "plan.1 stepRetrying",
        "approvalRequested",
        "budget-1 runWaiting",
        "approvalDecided",
        "budget-1 runResumed",
        "plan.2 stepStarted",
        "plan.2 stepCompleted",
      ]);
    });

    it("ends it when it is not allowed, with why", async () => {
      const { g, id } = start(within({ count: 0 }));
      await g.seen(id, "runWaiting");
      g.engine.decide(id, "budget-1", { approved: false, note: "too dear", decidedBy: "kim" });
      const { state, failure } = await g.ended(id);
      const message = "step plan: budget-1 was rejected by kim: too dear";
      expect({ state, failure }).toMatchObject({
        state: RunState.FAILED,
        failure: { reason: Reason.APPROVAL_REJECTED, message },
      });
      expect(g.log(id).at(-2)).toBe("plan.1 stepFailed");
    });

    it("is asked once after a crash too, and a step that fails again for the same reason is not asked for again", async () => {
      const attempts = { count: 0 };
      const { g, id } = start((flow) =>
        step(
          flow,
          "plan",
          () => {
            attempts.count++;
            throw broke();
          },
          { hold: asking },
        ),
      );
      await g.seen(id, "runWaiting");
      g.crash();
      g.boot();
      await expect.poll(() => g.store.runs.get(id)?.state).toBe(RunState.WAITING);
      expect(attempts.count).toBe(1);
      g.engine.decide(id, "budget-1", { approved: true, note: "" });
      expect((await g.ended(id)).failure).toMatchObject({ reason: Reason.BUDGET_EXCEEDED });
      expect(attempts.count).toBe(2);
      expect(g.log(id).filter((line) => line === "approvalRequested")).toHaveLength(1);
    });

    it("is asked once by steps that ask the same at one time", async () => {
      const first = { a: true, b: true };
      const both = (name: "a" | "b") => () => {
        if (!first[name]) return name;
        first[name] = false;
        throw broke();
      };
      const { g, id } = start(async (flow) =>
        (
          await Promise.all([
            step(flow, "a", both("a"), { hold: asking }),
            step(flow, "b", both("b"), { hold: asking }),
          ])
        ).join(),
      );
      await g.seen(id, "stepRetrying", "b");
      g.engine.decide(id, "budget-1", { approved: true, note: "" });
      expect(await g.ended(id)).toMatchObject({ explanation: "a,b" });
      expect(g.log(id).filter((line) => line === "approvalRequested")).toHaveLength(1);
    });
  });
}
