// The gate before steps that a human must allow: it asks, holds the run up until somebody decides, and lets through or refuses.
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Codec, Flow, StepContext, StepOptions, StepResult } from "#durable/flow.ts";
import { notApproved } from "#durable/not-approved.ts";
import { stepIdOf } from "#durable/step.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";

export interface GatedStepOptions extends StepOptions {
  /** What a human has to know who must allow the step; called only when one must. */
  question?: () => string;
}

/** A flow whose steps ask first, where the run was told to: steps are taken with it as with any other. */
export interface GatedFlow extends Omit<Flow, "step"> {
  step<T>(
    name: string,
    codec: Codec<T>,
    fn: (context: StepContext) => Promise<StepResult<T>>,
    options?: GatedStepOptions,
  ): Promise<T>;
}

const dayMs = 86_400_000;

/** Each round of a step is asked for anew, under the step's id; what is not allowed fails with APPROVAL_REJECTED or APPROVAL_EXPIRED. */
export function gated(
  flow: Flow,
  { approve, approvalExpires }: Pick<CreateRunRequest, "approve" | "approvalExpires">,
): GatedFlow {
  const needed = new Set(approve);
  const expiresMs = approvalExpires ? durationMs(approvalExpires) : dayMs;

  async function allow(name: string, { round = 1, question }: GatedStepOptions): Promise<void> {
    const id = stepIdOf(name, round);
    const decision = await flow.approval(id, { expiresMs, prompt: question?.() ?? `May the step ${id} begin?` });
    if (!decision.approved) throw notApproved(id, decision);
  }

  return {
    ...flow,
    step(name, codec, fn, options = {}) {
      if (!needed.has(name)) return flow.step(name, codec, fn, options);
      const done = allow(name, options).then(() => flow.step(name, codec, fn, options));
      // A workflow may fail before it comes to await this one; who awaits it still gets the error.
      done.catch(() => {});
      return done;
    },
  };
}
