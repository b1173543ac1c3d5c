// The engine in the process: a journal in the store's own file, so that a step, its event and its run are one transaction.
import { create, toBinary } from "@bufbuild/protobuf";
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import type { Rng } from "#core/rng.ts";
import { RunCompletedSchema } from "#gen/synapse/v1/event_pb.ts";
import { type Run, RunState } from "#gen/synapse/v1/run_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { runNotFound } from "#store/not-found.ts";
import { isEnded } from "#store/projection.ts";
import { isStorageFailure } from "#store/sqlite-failure.ts";
import type { Store } from "#store/store.ts";
import { approvalOf } from "./approval-rows.ts";
import { decide, isRepeated } from "./decide.ts";
import type { Engine, EventBody, Workflow } from "./flow.ts";
import { flowOf } from "./flow-of.ts";
import { defaultQuota, type QuotaOptions } from "./hold.ts";
import { journal as journalIn } from "./journal.ts";
import { restarted, stepFailure } from "./step-failure.ts";
import { type UnderWay, underWay } from "./under-way.ts";
import { type Waits, waits } from "./waits.ts";

export interface SqliteEngineOptions {
  store: Store;
  workflow: Workflow<CreateRunRequest>;
  clock: Clock;
  rng: Rng;
  /** How long a stopped step may take to come to rest before the run ends, or the engine closes, without it; 5 seconds by default. */
  graceMs?: number;
  /** How long steps wait for quotas. */
  quota?: Partial<QuotaOptions>;
  /** Hears of runs that stand still because the disk failed. */
  log?: { warn(fields: { runId: string; err: unknown }, message: string): void };
}

interface Active {
  way: UnderWay;
  waits: Waits;
  /** Resolves when nothing of it is left in this process; never rejects. */
  done: Promise<void>;
}

export function sqliteEngine(options: SqliteEngineOptions): Engine {
  const { store, workflow, clock, rng, graceMs = 5_000, log } = options;
  const quota = { ...defaultQuota, ...options.quota };
  const journal = journalIn(store.db);
  const active = new Map<string, Active>();
  let closed = false;

  function known(runId: string): Run {
    const run = store.runs.get(runId);
    if (run === undefined) throw runNotFound(runId);
    return run;
  }

  /** Writes a run's last event, after the ends of the steps that have none. Of a run that has ended it changes nothing. */
  function end(runId: string, body: EventBody): void {
    store.transaction(() => {
      if (isEnded(known(runId).state)) return;
      for (const { id, attempt } of journal.unfinished(runId))
        store.events.append(runId, { stepId: id, attempt, body: { case: "stepCanceled", value: {} } });
      store.events.append(runId, { body });
    });
  }

  function start(runId: string): void {
    if (closed || active.has(runId)) return;
    const { state } = known(runId);
    if (isEnded(state)) return;
    if (state === RunState.CANCELING) {
      end(runId, canceled);
      return;
    }
    const input = store.runs.input(runId)!;
    store.events.append(runId, { body: state === RunState.PENDING ? started : resumed });
    const way = underWay(runId, store, clock);
    const runWaits = waits(way, journal, clock);
    const flow = flowOf({ way, waits: runWaits, journal, clock, rng, quota });
    const work = Promise.resolve(input).then((given) => workflow(flow, given));
    active.set(runId, { way, waits: runWaits, done: follow(way, work) });
  }

  /** Stays with a run to its end, or to where it is stopped. */
  async function follow(way: UnderWay, work: ReturnType<Workflow<unknown>>): Promise<void> {
    try {
      const ending = await Promise.race([work, way.stopped]).then(completed).catch(failed);
      if (!way.signal.aborted) end(way.id, ending);
      way.stop(failure(Reason.CANCELED, "the run has ended"));
      await way.quiet(graceMs);
      if (isStorageFailure(way.signal.reason)) throw way.signal.reason;
    } catch (error) {
      way.stop(failure(Reason.INTERNAL, "the run stands still"));
      log?.warn({ runId: way.id, err: error }, "the run stands still until the gateway is started again");
    } finally {
      active.delete(way.id);
    }
  }

  return {
    start,
    resume() {
      for (const runId of store.runs.open()) {
        try {
          start(runId);
        } catch (error) {
          // One run that can't be taken up must not keep the others, or the process, from starting.
          log?.warn({ runId, err: error }, "the run could not be taken up");
        }
      }
    },
    async cancel(runId, { force = false } = {}) {
      const { state } = known(runId);
      if (isEnded(state)) return;
      // Written before anything is stopped: from here on no crash can bring the run back.
      if (state !== RunState.CANCELING) store.events.append(runId, { body: { case: "runCanceling", value: {} } });
      const run = active.get(runId);
      run?.way.stop(failure(Reason.CANCELED, "the run was cancelled"));
      if (!force) await run?.done;
      end(runId, canceled);
    },
    decide(runId, name, vote) {
      const { state } = known(runId);
      if (isRepeated(journal, runId, name, vote)) return true;
      if (isEnded(state) || state === RunState.CANCELING) return false;
      return decide({ store, journal, clock, run: active.get(runId) }, runId, name, vote);
    },
    approval(runId, name) {
      const row = journal.approval(runId, name);
      return row && row.until !== null ? approvalOf(name, row) : undefined;
    },
    get active() {
      return active.size;
    },
    async close() {
      closed = true;
      const runs = [...active.values()];
      for (const { way } of runs) way.stop(failure(Reason.DRAINING, "the gateway is stopping"));
      await Promise.all(runs.map(({ done }) => done));
    },
  };
}

const started: EventBody = { case: "runStarted", value: {} };
const resumed: EventBody = { case: "runResumed", value: { reason: restarted.message } };
const canceled: EventBody = { case: "runCanceled", value: {} };

/** Fails on a value that cannot be written: that is an error of the workflow, not of the disk. */
function completed(value: Awaited<ReturnType<Workflow<unknown>>>): EventBody {
  const message = create(RunCompletedSchema, value);
  toBinary(RunCompletedSchema, message);
  return { case: "runCompleted", value: message };
}

function failed(error: unknown): EventBody {
  return { case: "runFailed", value: { failure: stepFailure(error) } };
}
