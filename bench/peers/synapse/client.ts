// Synapse's client as in production: deadline, request id, resending, pings and the truth about errors, all on.
import { client } from "#core/callable.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { clientTransport } from "#rpc/client.ts";
import { job } from "../../job.ts";
import { request, streamRequest } from "../../messages.ts";
import { calling, target } from "../calling.ts";
import { clientSettings } from "./wiring.ts";

const { url, protocol } = target();
const claude = client(
  ClaudeService,
  clientTransport({ baseUrl: url, agent: "claude", resend: true, ...clientSettings(protocol) }),
);
const { summary } = job.unary.reply.plan;

// A row that says gRPC must be gRPC.
let type = "";
const onHeader = (headers: Headers) => {
  type = headers.get("content-type") ?? "";
};
await claude.plan(request, { onHeader });
if (type.startsWith("application/grpc") !== (protocol === "grpc")) {
  throw new Error(`the transport was asked for ${protocol}, and the answer came as ${type || "nothing known"}`);
}

await calling({
  unary: async () => (await claude.plan(request)).plan?.summary === summary,
  async stream() {
    let came = 0;
    for await (const _ of claude.streamPlan(streamRequest)) came++;
    return came;
  },
});
