// connect-node's client as it comes: its gRPC or its Connect transport, no interceptors.
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { job } from "../../job.ts";
import { request, streamRequest } from "../../messages.ts";
import { calling, target } from "../calling.ts";

const { url, protocol } = target();
const transport =
  protocol === "grpc"
    ? createGrpcTransport({ baseUrl: url })
    : createConnectTransport({ baseUrl: url, httpVersion: "2", useBinaryFormat: true });
const client = createClient(ClaudeService, transport);
const { summary } = job.unary.reply.plan;

await calling({
  unary: async () => (await client.plan(request)).plan?.summary === summary,
  async stream() {
    let came = 0;
    for await (const _ of client.streamPlan(streamRequest)) came++;
    return came;
  },
});
