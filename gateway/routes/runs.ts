// REST: /api/v1/workflow and /api/v1/runs.
import { create } from "@bufbuild/protobuf";
import type { Context, Hono } from "hono";
import { type Clock, systemClock } from "#core/clock.ts";
import { failure, Reason, reasonOf } from "#core/failure.ts";
import { EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { type Run, RunState } from "#gen/synapse/v1/run_pb.ts";
import {
  CancelRunResponseSchema,
  CreateRunRequestSchema,
  CreateRunResponseSchema,
  DecideApprovalRequestSchema,
  DecideApprovalResponseSchema,
  GetRunRequestSchema,
  GetRunResponseSchema,
  GetUsageResponseSchema,
  HeartbeatSchema,
  ListArtifactsResponseSchema,
  ListRunsRequestSchema,
  ListRunsResponseSchema,
} from "#gen/synapse/v1/workflow_pb.ts";
import { idempotencyKey } from "#rpc/idempotency-key.ts";
import type { Tell } from "#rpc/tell.ts";
import type { Runs } from "../runs.ts";
import { answer, checked, read } from "./body.ts";
import { type Sent, sse } from "./sse.ts";

/** The longest `?wait=`. */
const maxWaitMs = 600_000;

export function runRoutes(app: Hono, runs: Runs, tell: Tell, clock: Clock = systemClock): void {
  const named = (c: Context) =>
    checked(GetRunRequestSchema, create(GetRunRequestSchema, { runId: c.req.param("id")! })).runId;

  app.post("/api/v1/workflow", async (c) => {
    const waitMs = waitOf(c.req.query("wait"));
    const request = await read(c, CreateRunRequestSchema);
    const run = runs.create(request, idempotencyKey(c.req.raw.headers));
    c.header("location", `/api/v1/runs/${run.runId}`);
    const last = waitMs === 0 ? run : await ended(runs, run.runId, waitMs, c.req.raw.signal, clock);
    return answer(c, CreateRunResponseSchema, { run: last }, last.state >= RunState.COMPLETED ? 200 : 202);
  });
  app.get("/api/v1/runs", (c) => {
    const { page_size, page_token, state } = c.req.query();
    const request = create(ListRunsRequestSchema, {
      pageSize: wholeNumber("page_size", page_size),
      pageToken: page_token ?? "",
      state: stateOf(state),
    });
    return answer(c, ListRunsResponseSchema, runs.list(checked(ListRunsRequestSchema, request)));
  });
  app.get("/api/v1/runs/:id", (c) => answer(c, GetRunResponseSchema, { run: runs.get(named(c)) }));
  app.post("/api/v1/runs/:id/cancel", async (c) =>
    answer(c, CancelRunResponseSchema, { run: await runs.cancel(named(c), c.req.query("force") === "true") }),
  );
  app.post("/api/v1/runs/:id/approvals/:approval_id", async (c) => {
    const { id: runId, approval_id: approvalId } = c.req.param();
    const request = await read(c, DecideApprovalRequestSchema, { runId, approvalId });
    return answer(c, DecideApprovalResponseSchema, { run: runs.decide(request, idempotencyKey(c.req.raw.headers)) });
  });
  app.get("/api/v1/runs/:id/events", (c) => {
    const runId = named(c);
    const after = c.req.header("last-event-id") ?? c.req.query("after_seq") ?? "0";
    if (!/^\d{1,18}$/.test(after)) throw failure(Reason.INVALID_INPUT, `Last-Event-ID must be a seq, not ${after}`);
    runs.get(runId);
    return sse(c, tell, (signal) => events(runs, runId, BigInt(after), signal));
  });
  app.get("/api/v1/runs/:id/usage", (c) => answer(c, GetUsageResponseSchema, runs.usage(named(c))));
  app.get("/api/v1/runs/:id/artifacts", (c) =>
    answer(c, ListArtifactsResponseSchema, { artifacts: runs.artifacts(named(c)) }),
  );
  app.get("/api/v1/runs/:id/artifacts/:name{.+}", (c) => {
    const { artifact, content } = runs.artifact(named(c), c.req.param("name"));
    c.header("etag", `"${artifact.digest}"`);
    // What a model wrote is never run by the browser that shows it.
    c.header("content-security-policy", "sandbox; default-src 'none'");
    c.header("x-content-type-options", "nosniff");
    c.header("content-disposition", "attachment");
    return c.body(content as Uint8Array<ArrayBuffer>, 200, { "content-type": artifact.mediaType });
  });
}

async function* events(runs: Runs, runId: string, after: bigint, signal: AbortSignal): AsyncGenerator<Sent<never>> {
  for await (const { message } of runs.watch(runId, after, signal)) {
    if (message?.case === "event") {
      const { value } = message;
      const name = value.body?.case?.replace(/[A-Z]/, (c) => `.${c.toLowerCase()}`) ?? "event";
      yield { event: name, type: EventSchema, message: value, id: String(value.seq) } as Sent<never>;
    } else if (message?.case === "heartbeat") {
      yield { event: "heartbeat", type: HeartbeatSchema, message: message.value } as Sent<never>;
    }
  }
}

/** The run when it has ended, or as it stands when the wait is over. */
async function ended(runs: Runs, runId: string, waitMs: number, signal: AbortSignal, clock: Clock): Promise<Run> {
  const late = new AbortController();
  const callOff = clock.after(waitMs, () => late.abort());
  try {
    for await (const _ of runs.watch(runId, runs.get(runId).lastSeq, AbortSignal.any([signal, late.signal]))) void _;
  } catch (error) {
    // The process leaves, the run goes on: it was accepted, and that is the answer.
    if (reasonOf(error) !== Reason.DRAINING) throw error;
  } finally {
    callOff();
  }
  return runs.get(runId);
}

function waitOf(wait: string | undefined): number {
  if (wait === undefined) return 0;
  const seconds = /^(\d{1,4})s?$/.exec(wait)?.[1];
  if (seconds === undefined || Number(seconds) * 1000 > maxWaitMs) {
    throw failure(Reason.INVALID_INPUT, `wait must be seconds up to ${maxWaitMs / 1000}s, such as 60s, not ${wait}`);
  }
  return Number(seconds) * 1000;
}

function wholeNumber(name: string, value = "0"): number {
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw failure(Reason.INVALID_INPUT, `${name} must be a whole number, not ${value}`);
}

/** A state by name, with or without its prefix: "running" or "RUN_STATE_RUNNING". */
function stateOf(value: string | undefined): RunState {
  if (!value) return RunState.UNSPECIFIED;
  const name = value.toUpperCase().replace(/^RUN_STATE_/, "");
  const state = (RunState as Readonly<Record<string, RunState>>)[name];
  if (state !== undefined) return state;
  throw failure(Reason.INVALID_INPUT, `there is no run state ${value}: use one of ${Object.keys(RunState).join(", ")}`);
}
