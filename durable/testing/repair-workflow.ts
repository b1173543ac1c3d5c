// The shape of a real run: plan, research, an approval when asked for, then code and execute until the second round passes.
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { json } from "../codec.ts";
import type { StepContext, Workflow } from "../flow.ts";

/** Called in every attempt of every step, after its first words. */
export type Hook = (stepId: string, context: StepContext) => void | Promise<void>;

export function repairWorkflow(hook: Hook = () => {}): Workflow<CreateRunRequest> {
  return async (flow, input) => {
    function step(name: string, round: number, value: string): Promise<string> {
      const stepId = round === 1 ? name : `${name}-${round}`;
      return flow.step(
        name,
        json<string>(),
        async (context) => {
          context.emit({ case: "outputDelta", value: { text: `${stepId} begins` } });
          await hook(stepId, context);
          return { value, summary: `did ${stepId}` };
        },
        { round, agent: "claude", retry: { initialMs: 1 } },
      );
    }

    const done = [await step("plan", 1, "planned"), await step("research", 1, "researched")];
    if (input.task.includes("approval")) {
      const { approved, note } = await flow.approval("ship", { expiresMs: 600_000 });
      if (!approved) return { outcome: Outcome.NOT_PASSED, explanation: note };
    }
    for (let round = 1; ; round++) {
      done.push(await step("code", round, `coded ${round}`));
      const result = await step("execute", round, round < 2 ? "failed" : "passed");
      if (result === "passed") return { outcome: Outcome.PASSED, explanation: [...done, result].join(", ") };
      flow.emit(`repair-${round}`, { case: "repairRound", value: { round, signature: "s", strategy: "repair" } });
    }
  };
}

/** What the run says at its end, however it got there. */
export const repaired = "planned, researched, coded 1, coded 2, passed";
