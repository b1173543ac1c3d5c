// What can be done with runs, whatever way it is asked for: the rpcs and the REST routes both stand on this.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import type { Engine } from "#durable/flow.ts";
import type { Artifact, Run } from "#gen/synapse/v1/run_pb.ts";
import type {
  CreateRunRequest,
  GetUsageResponseSchema,
  ListRunsRequest,
  WatchRunResponseSchema,
} from "#gen/synapse/v1/workflow_pb.ts";
import type { Store } from "#store/store.ts";
import { type Decide, decideApproval } from "./approvals.ts";
import { withHeartbeat } from "./heartbeat.ts";
import { usageOf } from "./usage-lines.ts";
import { checkWorkspace } from "./workflow/tree.ts";

export interface Runs {
  /** Writes the run down and begins it; the same key and request give the same run. */
  create(request: CreateRunRequest, idempotencyKey?: string): Run;
  /** Fails with NOT_FOUND, as all that name a run. */
  get(runId: string): Run;
  list(request: Pick<ListRunsRequest, "pageSize" | "pageToken" | "state">): { runs: Run[]; nextPageToken: string };
  cancel(runId: string, force: boolean): Promise<Run>;
  /** Answers a question of the run, once; the same decision with the same key is answered as the first was. */
  decide(decision: Decide, idempotencyKey?: string): Run;
  /** Events after a seq, then live, with a heartbeat in silence, until the run has ended. */
  watch(runId: string, afterSeq: bigint, signal: AbortSignal): AsyncIterable<Watched>;
  /** What it cost, line by line. */
  usage(runId: string): Bill;
  artifacts(runId: string): Artifact[];
  artifact(runId: string, name: string): { artifact: Artifact; content: Uint8Array };
}

export type Bill = MessageInitShape<typeof GetUsageResponseSchema>;
export type Watched = MessageInitShape<typeof WatchRunResponseSchema>;

export interface RunsOptions {
  store: Store;
  engine: Engine;
  /** Aborted when the process leaves: those who watch are told at once, they can go on elsewhere. */
  draining: AbortSignal;
  clock?: Clock;
}

/** Browsers can't ping: silence longer than this would look like a dead stream. */
const heartbeatMs = 10_000;

export function runs({ store, engine, draining, clock = systemClock }: RunsOptions): Runs {
  function get(runId: string): Run {
    const run = store.runs.get(runId);
    if (run === undefined) throw failure(Reason.NOT_FOUND, `there is no run ${runId}`);
    return run;
  }
  return {
    create({ $typeName, $unknown, ...asked }, idempotencyKey) {
      checkWorkspace(asked);
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      const { run } = store.runs.create({ ...asked, workflow: asked.workflow || "code", ...key });
      // Also for a repeated call: the first one may have failed between writing the run down and beginning it.
      engine.start(run.runId);
      return run;
    },
    get,
    list: (request) => store.runs.list(request),
    async cancel(runId, force) {
      get(runId);
      await engine.cancel(runId, { force });
      return get(runId);
    },
    decide(decision, idempotencyKey) {
      decideApproval(engine, get(decision.runId), decision, idempotencyKey);
      return get(decision.runId);
    },
    async *watch(runId, afterSeq, signal) {
      get(runId);
      const leaving = AbortSignal.any([signal, draining]);
      for await (const event of withHeartbeat(store.events.watch(runId, afterSeq, leaving), heartbeatMs, clock)) {
        yield event === "heartbeat"
          ? { message: { case: "heartbeat", value: { time: timestampFromDate(clock.date()) } } }
          : { message: { case: "event", value: event } };
      }
      draining.throwIfAborted();
    },
    usage: (runId) => usageOf(store.events, get(runId)),
    artifacts(runId) {
      get(runId);
      return store.artifacts.list(runId);
    },
    artifact(runId, name) {
      get(runId);
      const found = store.artifacts.get(runId, name);
      if (found === undefined) throw failure(Reason.NOT_FOUND, `run ${runId} has no artifact ${name}`);
      return found;
    },
  };
}
