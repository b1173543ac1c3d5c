// A page on another origin that calls Synapse through connect-web, like every web application.
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { WorkflowService } from "#gen/synapse/v1/workflow_pb.ts";

export type Way = "json" | "binary" | "grpc-web";

function transport(baseUrl: string, way: Way) {
  if (way === "grpc-web") return createGrpcWebTransport({ baseUrl });
  return createConnectTransport({ baseUrl, useBinaryFormat: way === "binary", useHttpGet: true });
}

/** What the test calls from outside. */
const page = {
  async plan(baseUrl: string, way: Way, task: string) {
    const client = createClient(ClaudeService, transport(baseUrl, way));
    let requestId: string | null = null;
    const answer = await client.plan({ task }, { onHeader: (header) => (requestId = header.get("x-request-id")) });
    return { summary: answer.plan?.summary, requestId };
  },
  async streamPlan(baseUrl: string, way: Way, task: string) {
    const client = createClient(ClaudeService, transport(baseUrl, way));
    const cases: (string | undefined)[] = [];
    for await (const { event } of client.streamPlan({ request: { task } })) cases.push(event?.body.case);
    return cases;
  },
  async run(baseUrl: string, way: Way, task: string) {
    const client = createClient(WorkflowService, transport(baseUrl, way));
    const { run } = await client.createRun({ task });
    const seqs: number[] = [];
    for await (const { message } of client.watchRun({ runId: run!.runId })) {
      if (message.case === "event") seqs.push(Number(message.value.seq));
    }
    const { run: ended } = await client.getRun({ runId: run!.runId });
    return { outcome: ended?.outcome, seqs };
  },
};
Object.assign(globalThis, { page });
export type Page = typeof page;
