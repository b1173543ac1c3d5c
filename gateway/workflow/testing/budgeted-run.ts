// A run with a budget and calls within it, for tests: its events go to a real log.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { EventBody, StepContext, StepResult } from "#durable/flow.ts";
import { Provenance, type Usage, UsageSchema } from "#gen/synapse/v1/usage_pb.ts";
import type { CreateRunRequestSchema } from "#gen/synapse/v1/workflow_pb.ts";
import { tempStore } from "#store/testing/temp-store.ts";
import { callBudget, type Thought } from "../budget.ts";
import type { Call, Told } from "../listen.ts";

type Budget = MessageInitShape<typeof CreateRunRequestSchema>["budget"];

/** What a model's answer cost. */
export function cost(nanoUsd: number, tokens = 0, provenance = Provenance.MEASURED): Usage {
  const costNanoUsd = BigInt(nanoUsd);
  return create(UsageSchema, { inputTokens: BigInt(tokens), costNanoUsd, provenance, costProvenance: provenance });
}

/** An answer of a model, within a step. */
export function answer(usage: Usage | undefined, more: Partial<Told> = {}): Thought<string> {
  return {
    value: "done",
    engine: { kind: "anthropic", model: "m" } as never,
    usage,
    discarded: [],
    isReplayed: false,
    ...more,
  };
}

export function budgetedRun(budget: Budget) {
  const { store, clock } = tempStore();
  store.db.exec("PRAGMA synchronous = OFF");
  const { runId } = store.runs.create({ task: "t", workflow: "code", files: [], ...(budget && { budget }) }).run;
  const append = (stepId: string, body: EventBody) => void store.events.append(runId, { stepId, attempt: 1, body });
  const flow = { id: runId, emit: (_: string, body: EventBody) => append("", body) };
  let process = callBudget(flow, store.events, clock);

  /** Makes a call as a step does; what comes with the step's end is written, unless the process dies before. */
  async function step(
    stepId: string,
    work: (call: Call) => Promise<Thought<string>> | Thought<string>,
    { signal = new AbortController().signal, dies = false } = {},
  ): Promise<StepResult<string>> {
    const context: StepContext = { signal, key: stepId, attempt: 1, emit: (body) => append(stepId, body) };
    const result = await process.within(context, stepId, async (call) => work(call));
    if (dies) return result;
    for (const body of result.events ?? []) append(stepId, body);
    process.over(stepId);
    return result;
  }

  return {
    store,
    clock,
    step,
    append,
    get budget() {
      return process;
    },
    get now() {
      return process.ledger.now()!;
    },
    /** The process ends, and another one takes the run up. */
    restart() {
      process = callBudget(flow, store.events, clock);
    },
    /** The run's events of these kinds. */
    log: (...cases: string[]) =>
      store.events
        .read(runId, 0n)
        .map(({ body }) => body)
        .filter((body) => cases.includes(body.case ?? "")),
  };
}
