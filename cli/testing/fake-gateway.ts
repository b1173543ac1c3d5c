// A gateway for tests that plays runs by script, over a real socket, and can be cut off like a real one.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { type Queue, queue } from "#core/queue.ts";
import { uuid7 } from "#core/rng.ts";
import { usageOf } from "#gateway/usage-lines.ts";
import { type Event, EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { type Approval, ApprovalState, type Run, RunSchema } from "#gen/synapse/v1/run_pb.ts";
import { type CreateRunRequest, type DecideApprovalRequest, WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import { listen, type NodeHandler } from "#rpc/listen.ts";
import { apply, isEnded, isLast } from "#store/projection.ts";

type Body = NonNullable<MessageInitShape<typeof EventSchema>["body"]>;

export interface Script {
  /** What happens; [step, body] for what concerns a step. A script without a last event goes on until it is canceled. */
  events: (Body | [string, Body])[];
  /** Artifacts by name. */
  artifacts?: Record<string, string>;
  /** The connection is cut right after this seq was sent, once. */
  cutAfter?: bigint;
  /** What happens once nothing that was asked is open any more. */
  afterDecisions?: (Body | [string, Body])[];
  /** Nothing happens when it is canceled. */
  ignoresCancel?: boolean;
}

export interface FakeGateway {
  readonly url: string;
  /** What was asked of it. */
  readonly created: { request: CreateRunRequest; key: string | null }[];
  readonly watched: bigint[];
  readonly canceled: string[];
  readonly decided: DecideApprovalRequest[];
  /** How many streams are open. */
  watching(): number;
  close(): Promise<void>;
}

interface Kept {
  run: Run;
  events: Event[];
  watchers: Set<Queue<Event>>;
}

export async function fakeGateway(script: (task: string) => Script): Promise<FakeGateway> {
  const runs = new Map<string, Kept>();
  const fake: Omit<FakeGateway, "url" | "watching" | "close"> = { created: [], watched: [], canceled: [], decided: [] };
  let cuts = 0;

  function happen(kept: Kept, entry: Body | [string, Body]): void {
    const [stepId, body] = Array.isArray(entry) ? entry : ["", entry];
    const seq = BigInt(kept.events.length + 1);
    const time = timestampFromDate(systemClock.date());
    const { runId } = kept.run;
    const event = create(EventSchema, { seq, runId, stepId, attempt: stepId === "" ? 0 : 1, time, body });
    kept.events.push(event);
    kept.run = apply(kept.run, event);
    for (const watcher of kept.watchers) watcher.push(event);
  }
  function find(runId: string): Kept {
    const kept = runs.get(runId);
    if (!kept) throw failure(Reason.NOT_FOUND, `there is no run ${runId}`);
    return kept;
  }

  function routes(router: ConnectRouter): void {
    router.service(WorkflowService, {
      createRun(request, context) {
        const key = context.requestHeader.get("idempotency-key");
        fake.created.push({ request, key });
        const kept: Kept = { run: create(RunSchema, { runId: uuid7() }), events: [], watchers: new Set() };
        runs.set(kept.run.runId, kept);
        happen(kept, { case: "runCreated", value: { task: request.task, workflow: "code" } });
        for (const entry of script(request.task).events) happen(kept, entry);
        return { run: kept.run };
      },
      getRun: ({ runId }) => ({ run: find(runId).run }),
      listRuns({ pageSize, state, pageToken }) {
        const fitting = [...runs.values()].map(({ run }) => run).filter((run) => state === 0 || run.state === state);
        const from = Number(pageToken || 0);
        const page = fitting.reverse().slice(from, from + (pageSize || 50));
        const next = from + page.length;
        return { runs: page, nextPageToken: next < fitting.length ? String(next) : "" };
      },
      async *watchRun({ runId, afterSeq }, { signal }) {
        fake.watched.push(afterSeq);
        const kept = find(runId);
        const { cutAfter } = script(kept.run.task);
        const live = queue<Event>();
        for (const event of kept.events) live.push(event);
        kept.watchers.add(live);
        const leave = () => {
          kept.watchers.delete(live);
          live.end();
        };
        signal.addEventListener("abort", leave, { once: true });
        for await (const event of live) {
          // The event of that seq is sent again: a watcher must not take it for a new one.
          if (event.seq < afterSeq) continue;
          yield { message: { case: "event", value: event } };
          if (event.seq === cutAfter && cuts === 0) {
            cuts += 1;
            setImmediate(() => listener.destroy());
            await new Promise(() => {});
          }
          if (isLast(event)) return;
        }
      },
      cancelRun({ runId }) {
        fake.canceled.push(runId);
        const kept = find(runId);
        if (!isEnded(kept.run.state) && !script(kept.run.task).ignoresCancel) {
          happen(kept, { case: "runCanceling", value: {} });
          happen(kept, { case: "runCanceled", value: {} });
        }
        return { run: kept.run };
      },
      getUsage({ runId }) {
        const { run, events } = find(runId);
        return usageOf({ read: (_, after) => events.filter(({ seq }) => seq > after) }, run);
      },
      decideApproval(request) {
        fake.decided.push(request);
        const { runId, approvalId, approved, note, decidedBy } = request;
        const kept = find(runId);
        const isOpen = ({ state }: Approval) => state === ApprovalState.OPEN;
        if (!kept.run.approvals.some((each) => isOpen(each) && each.approvalId === approvalId))
          throw failure(Reason.CONFLICT, `${approvalId} was approved by kim`);
        const state = approved ? ApprovalState.APPROVED : ApprovalState.REJECTED;
        happen(kept, { case: "approvalDecided", value: { approvalId, state, note, decidedBy } });
        if (!kept.run.approvals.some(isOpen))
          for (const entry of script(kept.run.task).afterDecisions ?? []) happen(kept, entry);
        return { run: kept.run };
      },
      listArtifacts({ runId }) {
        const { artifacts = {} } = script(find(runId).run.task);
        return {
          artifacts: Object.entries(artifacts).map(([name, text]) => ({
            name,
            mediaType: "text/plain",
            size: BigInt(Buffer.byteLength(text)),
          })),
        };
      },
      getArtifact({ runId, name }) {
        const text = script(find(runId).run.task).artifacts?.[name];
        if (text === undefined) throw failure(Reason.NOT_FOUND, `run ${runId} has no artifact ${name}`);
        return { artifact: { name }, content: new TextEncoder().encode(text) };
      },
    });
  }

  const handler = connectNodeAdapter({
    routes,
    fallback: (_req, res) => res.end(JSON.stringify({ status: "ok", service: "gateway" })),
  }) as NodeHandler;
  const listener = await listen({ host: "127.0.0.1", port: 0, handler });
  return {
    ...fake,
    watching: () => [...runs.values()].reduce((sum, { watchers }) => sum + watchers.size, 0),
    url: `http://127.0.0.1:${listener.port}`,
    close() {
      const closed = listener.drain();
      listener.destroy();
      return closed;
    },
  };
}
