// A gateway as far as runs are concerned: a store and an engine on one folder, which can crash and boot again.
import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "#core/clock.ts";
import { type Rng, seeded } from "#core/rng.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { openStore, type Store } from "#store/store.ts";
import { tempFolder } from "#store/testing/temp-folder.ts";
import type { Engine, Workflow } from "../flow.ts";

export type EngineFactory = (parts: {
  store: Store;
  workflow: Workflow<CreateRunRequest>;
  clock: Clock;
  rng: Rng;
}) => Engine;

export interface Gateway {
  readonly dir: string;
  store: Store;
  engine: Engine;
  /** Makes a run and starts it. */
  run(task?: string): string;
  /** Ends the process as far as the disk can tell: from this moment nothing is written any more. */
  crash(): void;
  /** Opens what is there and takes up its runs, with the same workflow unless another is given. */
  boot(workflow?: Workflow<CreateRunRequest>): void;
  /** The run's first event of a kind, and of a step when one is named; waits for it. */
  seen(runId: string, kind: Event["body"]["case"], stepId?: string): Promise<Event>;
  /** The run once it has ended. */
  ended(runId: string): Promise<Run>;
  /** The log so far: "step.attempt kind" or "kind". */
  log(runId: string): string[];
}

export function gateway(
  factory: EngineFactory,
  workflow: Workflow<CreateRunRequest>,
  { clock = systemClock, dir = tempFolder() }: { clock?: Clock; dir?: string } = {},
): Gateway {
  let current = workflow;
  const it: Gateway = {
    dir,
    ...opened(),
    run(task = "task") {
      const { runId } = it.store.runs.create({ task }).run;
      it.engine.start(runId);
      return runId;
    },
    crash() {
      it.store.close();
      void it.engine.close();
    },
    boot(next = current) {
      current = next;
      Object.assign(it, opened());
      it.engine.resume();
    },
    async seen(runId, kind, stepId) {
      for await (const event of it.store.events.watch(runId, 0n))
        if (event.body.case === kind && (stepId === undefined || event.stepId === stepId)) return event;
      throw new Error(`the run ended without ${kind} ${stepId ?? ""}: ${it.log(runId).join(", ")}`);
    },
    async ended(runId) {
      for await (const _ of it.store.events.watch(runId, 0n));
      return it.store.runs.get(runId)!;
    },
    log: (runId) => it.store.events.read(runId, 0n, 10_000).map(line),
  };

  function opened(): Pick<Gateway, "store" | "engine"> {
    const store = openStore(dir, { clock });
    return { store, engine: factory({ store, workflow: current, clock, rng: seeded(1) }) };
  }

  onTestFinished(async () => {
    await it.engine.close();
    it.store.close();
  });
  return it;
}

function line({ stepId, attempt, body }: Event): string {
  if (attempt > 0) return `${stepId}.${attempt} ${body.case}`;
  return stepId === "" ? `${body.case}` : `${stepId} ${body.case}`;
}
