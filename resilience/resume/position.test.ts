import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import type { Interceptor } from "#core/call.ts";
import { client } from "#core/callable.ts";
import { Code, ConnectError } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { withOrigin } from "#core/origin.ts";
import { seeded } from "#core/rng.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { WatchRunRequestSchema, type WatchRunResponseSchema, WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import { chained } from "../call/chained.ts";
import { journaling } from "./journaling.ts";
import { positionOf, resume } from "./resume.ts";
import { cutting, numbered, serving, upTo } from "./testing.ts";

describe("resume by position", () => {
  const { position } = positionOf(WorkflowService.method.watchRun, {
    of: ({ message }) => (message.case === "event" ? message.value.seq : undefined),
    resume: (request, afterSeq) => create(WatchRunRequestSchema, { ...request, afterSeq }),
  });

  it("needs no journal, and goes on after the last position over another process", async () => {
    const asked: bigint[] = [];
    const start = () =>
      serving((router) =>
        router.service(WorkflowService, {
          async *watchRun({ afterSeq }): AsyncGenerator<MessageInitShape<typeof WatchRunResponseSchema>> {
            asked.push(afterSeq);
            // One more than is asked for: a replay that overlaps.
            for (const n of upTo(7).filter((n) => n >= Number(afterSeq))) {
              yield { message: { case: "event", value: { seq: BigInt(n) } } };
              if (n % 2 === 0) yield { message: { case: "heartbeat", value: {} } };
            }
          },
        }),
      );
    let server = start();
    const { transport } = cutting(
      () => server,
      (nth) => (nth < 2 ? 4 : undefined),
      () => (server = start()),
    );
    const interceptors = [resume({ initialMs: 1, maxMs: 1, position })];
    const seqs: number[] = [];
    for await (const { message } of createClient(WorkflowService, chained(transport, { interceptors })).watchRun({})) {
      if (message.case === "event") seqs.push(Number(message.value.seq));
    }
    expect(seqs).toEqual(upTo(7));
    expect(asked).toEqual([0n, 3n, 5n]);
  });
});

describe("resume on a stock transport", () => {
  it("states what is left of the time, and ends with the deadline", async () => {
    const clock = manualClock();
    const stated: (string | null)[] = [];
    const breaking = resume({ clock, rng: seeded(1), initialMs: 100, maxMs: 100, jitter: 0, position: anyPosition });
    const transport = createRouterTransport(
      (router) =>
        router.service(WorkflowService, {
          async *watchRun(_, { requestHeader }) {
            stated.push(requestHeader.get("connect-timeout-ms"));
            yield { message: { case: "event", value: { seq: BigInt(stated.length) } } };
            if (stated.length < 3) throw withOrigin(new ConnectError("gone", Code.Unavailable), "peer");
          },
        }),
      { transport: { interceptors: [breaking] } },
    );
    const client = createClient(WorkflowService, transport);
    const reading = Array.fromAsync(client.watchRun({}, { timeoutMs: 60_000 }));
    for (let n = 0; n < 20; n++) await clock.advance(50);
    expect(await reading).toHaveLength(3);
    expect(stated).toEqual(["60000", "59900", "59800"]);
  });
});

describe("leaving a stream on a stock transport", () => {
  it("gives the server a second to hear it, whatever time the call had", async () => {
    const clock = manualClock();
    const streams = journaling({ clock });
    const heard: Record<string, string | null>[] = [];
    const noting: Interceptor = (next) => (req) => {
      heard.push({ from: req.header.get("synapse-resume-from"), ms: req.header.get("connect-timeout-ms") });
      return next(req);
    };
    const transport = createRouterTransport(
      (router) =>
        streams.around(router).service(ClaudeService, {
          async *streamPlan() {
            for (const n of upTo(3)) yield numbered(n);
            await new Promise(() => {});
          },
        }),
      { transport: { interceptors: [resume({ clock, rng: seeded(1) }), noting] } },
    );
    const reading = client(ClaudeService, transport).streamPlan({}, { timeoutMs: 60_000 })[Symbol.asyncIterator]();
    await reading.next();
    await reading.return?.();
    await clock.advance(0);
    expect(heard).toEqual([
      { from: null, ms: "60000" },
      { from: "never", ms: "1000" },
    ]);
    expect(streams.size).toBe(0);
  });
});

const anyPosition = positionOf(WorkflowService.method.watchRun, {
  of: ({ message }) => (message.case === "event" ? message.value.seq : undefined),
  resume: (request) => request,
}).position;
