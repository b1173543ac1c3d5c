// What every engine must hold of steps: tried again when that helps, ended when it does not, each value made once.
import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { RunState, StepState } from "#gen/synapse/v1/run_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { json } from "../codec.ts";
import type { Flow, StepContext, StepOptions, Workflow } from "../flow.ts";
import { type EngineFactory, gateway } from "./gateway.ts";

type Attempt = (context: StepContext) => Promise<string> | string;

/** A step whose value is a text, tried again quickly. */
function step(flow: Flow, name: string, attempt: Attempt, options: StepOptions = {}): Promise<string> {
  return flow.step(name, json<string>(), async (context) => ({ value: await attempt(context) }), {
    ...options,
    retry: { initialMs: 1, ...options.retry },
  });
}

/** A workflow whose last word is what `body` gives. */
function saying(body: (flow: Flow) => Promise<string>): Workflow<CreateRunRequest> {
  return async (flow) => ({ explanation: await body(flow) });
}

const lost = () => failure(Reason.UNREACHABLE, "claude is not there");

export function conformanceOfSteps(factory: EngineFactory): void {
  const start = (body: (flow: Flow) => Promise<string>) => {
    const g = gateway(factory, saying(body));
    return { g, id: g.run() };
  };

  describe("step", () => {
    it("is tried again after a failure that may pass, under the same key", async () => {
      const seen: Array<[number, string]> = [];
      const { g, id } = start((flow) =>
        step(
          flow,
          "code",
          ({ attempt, key }) => {
            seen.push([attempt, key]);
            if (attempt < 3) throw lost();
            return "done";
          },
          { round: 2, agent: "claude" },
        ),
      );
      expect(await g.ended(id)).toMatchObject({ explanation: "done" });
      expect(seen).toEqual([1, 2, 3].map((attempt) => [attempt, `${id}/code/2`]));
      expect(g.log(id)).toEqual([
        "runCreated",
        "runStarted",
        ...["code-2.1 stepStarted", "code-2.1 stepRetrying", "code-2.2 stepStarted", "code-2.2 stepRetrying"],
        ...["code-2.3 stepStarted", "code-2.3 stepCompleted"],
        "runCompleted",
      ]);
      const { body } = await g.seen(id, "stepRetrying");
      const failed = { reason: Reason.UNREACHABLE, message: "claude is not there" };
      expect(body.value).toMatchObject({ failure: failed, next: expect.anything() });
    });

    it("fails its run when no attempt is left", async () => {
      let attempts = 0;
      const { g, id } = start((flow) =>
        step(
          flow,
          "plan",
          () => {
            attempts++;
            throw lost();
          },
          { retry: { attempts: 3 } },
        ),
      );
      const run = await g.ended(id);
      expect(run).toMatchObject({
        state: RunState.FAILED,
        failure: { reason: Reason.UNREACHABLE, message: "step plan: claude is not there" },
      });
      expect(run.steps[0]).toMatchObject({
        state: StepState.FAILED,
        attempt: 3,
        failure: { message: "claude is not there" },
      });
      expect(attempts).toBe(3);
    });

    it("is not tried again when that cannot help", async () => {
      const { g, id } = start((flow) =>
        step(flow, "plan", () => {
          throw failure(Reason.ENGINE_CANNOT, "builtin cannot do this");
        }),
      );
      expect(await g.ended(id)).toMatchObject({ state: RunState.FAILED, failure: { reason: Reason.ENGINE_CANNOT } });
      expect(g.log(id).slice(2)).toEqual(["plan.1 stepStarted", "plan.1 stepFailed", "runFailed"]);
    });

    it("takes a cancel that is not the user's for a lost peer", async () => {
      const { g, id } = start((flow) =>
        step(flow, "plan", ({ attempt }) => {
          if (attempt === 1) throw failure(Reason.CANCELED, "stream closed");
          if (attempt === 2) throw new DOMException("aborted", "AbortError");
          return "done";
        }),
      );
      expect(await g.ended(id)).toMatchObject({ state: RunState.COMPLETED, explanation: "done" });
      expect((await g.seen(id, "stepRetrying")).body.value).toMatchObject({
        failure: { reason: Reason.CONNECTION_LOST },
      });
    });

    it("is stopped after its time and tried again, even when its function does not listen", async () => {
      const reasons: unknown[] = [];
      const { g, id } = start((flow) =>
        step(
          flow,
          "plan",
          ({ attempt, signal }) => {
            if (attempt > 1) return "done";
            signal.addEventListener("abort", () => reasons.push(signal.reason));
            return Promise.withResolvers<string>().promise;
          },
          { timeoutMs: 20 },
        ),
      );
      expect(await g.ended(id)).toMatchObject({ explanation: "done" });
      expect(reasons).toMatchObject([{ rawMessage: "no answer within 20 ms" }]);
      expect((await g.seen(id, "stepRetrying")).body.value).toMatchObject({ failure: { reason: Reason.DEADLINE } });
    });

    it("says nothing more once its attempt is over", async () => {
      const contexts: StepContext[] = [];
      const { g, id } = start(async (flow) => {
        const value = await step(flow, "plan", (context) => {
          contexts.push(context);
          if (context.attempt === 1) throw lost();
          return "done";
        });
        for (const { emit } of contexts) emit({ case: "outputDelta", value: { text: "late" } });
        return value;
      });
      await g.ended(id);
      expect(g.log(id).filter((line) => line.endsWith("outputDelta"))).toEqual([]);
    });

    it("shows what it gave, what did it and what it cost", async () => {
      const told = {
        summary: "three steps",
        engine: { kind: "builtin", model: "recipes" },
        usage: { inputTokens: 7n },
      };
      const { g, id } = start((flow) => flow.step("plan", json<string>(), async () => ({ value: "v", ...told })));
      expect((await g.ended(id)).steps[0]).toMatchObject(told);
    });

    it("gives the value as it was kept, with and without a crash alike", async () => {
      const { g, id } = start(async (flow) => {
        const value = await flow.step("plan", json<{ at: unknown }>(), async () => ({ value: { at: new Date(0) } }));
        return typeof value.at;
      });
      expect(await g.ended(id)).toMatchObject({ explanation: "string" });
    });
  });

  describe("steps", () => {
    it("run side by side", async () => {
      const both = Promise.withResolvers<void>();
      let inside = 0;
      const meet = async () => {
        if (++inside === 20) both.resolve();
        await both.promise;
        return "met";
      };
      const { g, id } = start(async (flow) =>
        (await Promise.all(Array.from({ length: 20 }, (_, i) => step(flow, `s${i}`, meet)))).join(),
      );
      expect((await g.ended(id)).explanation).toBe(Array(20).fill("met").join());
    });

    it("are cancelled when one beside them fails the run", async () => {
      const { g, id } = start(async (flow) => {
        const other = step(
          flow,
          "tests",
          ({ signal }) => new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason))),
        );
        await step(flow, "code", () => {
          throw failure(Reason.TOO_LARGE, "too many files");
        });
        return other;
      });
      const run = await g.ended(id);
      expect(run.failure).toMatchObject({ reason: Reason.TOO_LARGE });
      expect(run.steps.map(({ stepId, state }) => [stepId, state])).toEqual([
        ["tests", StepState.CANCELED],
        ["code", StepState.FAILED],
      ]);
      await expect.poll(() => g.engine.active).toBe(0);
    });

    it("need a name of their own", async () => {
      const { g, id } = start(async (flow) => {
        await step(flow, "code", () => "1", { round: 2 });
        return step(flow, "code-2", () => "2");
      });
      expect((await g.ended(id)).failure?.message).toBe(
        "step code-2 is there twice in one run: give each its own name or round",
      );
      const { g: h, id: other } = start((flow) => step(flow, "a/b", () => "1"));
      expect((await h.ended(other)).failure?.message).toContain('needs a name without "/"');
    });

    it("refuse a retry policy or time that cannot work", async () => {
      const wrong: StepOptions[] = [{ retry: { attempts: 0 } }, { retry: { jitter: 2 } }, { timeoutMs: 0 }];
      for (const options of wrong) {
        const { g, id } = start((flow) => step(flow, "plan", () => "1", options));
        expect((await g.ended(id)).failure?.message).toMatch(/must be/);
        expect(g.log(id)).not.toContain("plan.1 stepStarted");
      }
    });
  });
}
