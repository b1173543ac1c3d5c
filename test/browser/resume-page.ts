// A page that reads streams as web applications do that have resilience/ around connect-web.
import { create } from "@bufbuild/protobuf";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { WatchRunRequestSchema, WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";
import { createResilientClient, positionOf, storedCheckpoints, type TextStorage } from "#resilience/index.ts";

export type Way = "json" | "binary" | "grpc-web";

function transport(baseUrl: string, way: Way) {
  if (way === "grpc-web") return createGrpcWebTransport({ baseUrl });
  return createConnectTransport({ baseUrl, useBinaryFormat: way === "binary" });
}

/** Silence is noticed after a second. */
const streamTimeout = { firstMs: 10_000, idleMs: 1000 };

const watching = positionOf(WorkflowService.method.watchRun, {
  of: ({ message }) => (message.case === "event" ? message.value.seq : undefined),
  resume: (request, afterSeq) => create(WatchRunRequestSchema, { ...request, afterSeq }),
});

const { sessionStorage } = globalThis as unknown as { sessionStorage: TextStorage };

/** What the test calls from outside. */
const page = {
  /** What `watch` has seen so far. */
  seqs: [] as number[],
  /** The numbers of the messages, how often the stream went on, and what ended it. */
  async read(baseUrl: string, way: Way, task: string, leaveAt?: number) {
    const claude = createResilientClient(ClaudeService, {
      endpoints: baseUrl,
      transport: (url) => transport(url, way),
      config: { defaults: { streamTimeout } },
      checkpoints: {
        store: storedCheckpoints(sessionStorage),
        // Who leaves for good keeps no place.
        streamId: ({ header }) => (leaveAt === undefined ? header.get("x-request-id")! : undefined),
      },
    });
    const got: number[] = [];
    const reading = async () => {
      const headers = { "x-request-id": task };
      for await (const { event } of claude.streamPlan({ request: { task } }, { headers })) {
        got.push(Number.parseInt(String(event?.body.value), 10));
        if (got.length === leaveAt) return;
      }
    };
    const ended = await reading().then(
      () => "",
      (error: unknown) => String(error),
    );
    return {
      got,
      ended,
      resumed: claude.getMetrics().streams.resumed,
      kept: sessionStorage.getItem(`synapse-stream:${task}`),
    };
  },
  async watch(baseUrl: string, way: Way, runId: string) {
    const workflow = createResilientClient(WorkflowService, {
      endpoints: baseUrl,
      transport: (url) => transport(url, way),
      config: {
        // There is one gateway: a breaker would only keep the page from reaching it again.
        breaker: false,
        methods: { "synapse.v1.WorkflowService/WatchRun": { resume: { maxResumes: 20, position: watching.position } } },
      },
    });
    page.seqs = [];
    const reading = async () => {
      for await (const { message } of workflow.watchRun({ runId }))
        if (message.case === "event") page.seqs.push(Number(message.value.seq));
    };
    const ended = await reading().then(
      () => "",
      (error: unknown) => String(error),
    );
    return { seqs: page.seqs, ended, resumed: workflow.getMetrics().streams.resumed };
  },
};
Object.assign(globalThis, { page });
export type Page = Pick<typeof page, "read" | "watch">;
