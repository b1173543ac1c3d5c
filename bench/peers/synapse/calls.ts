// The calls of Synapse's clients: the same job over each of its transports.
import type { Transport } from "@connectrpc/connect";
import { client } from "#core/callable.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { job, type Protocol } from "../../job.ts";
import { request, streamRequest } from "../../messages.ts";
import { calling } from "../calling.ts";

/** Does what the driver asks over this transport, which must speak the protocol of its row. */
export async function callingOver(transport: Transport, protocol: Protocol): Promise<never> {
  const claude = client(ClaudeService, transport);
  const { summary } = job.unary.reply.plan;
  let type = "";
  const onHeader = (headers: Headers) => {
    type = headers.get("content-type") ?? "";
  };
  await claude.plan(request, { onHeader });
  if (type.startsWith("application/grpc") !== (protocol === "grpc")) {
    throw new Error(`the transport was asked for ${protocol}, and the answer came as ${type || "nothing known"}`);
  }
  return calling({
    unary: async () => (await claude.plan(request)).plan?.summary === summary,
    async stream() {
      let came = 0;
      for await (const _ of claude.streamPlan(streamRequest)) came++;
      return came;
    },
  });
}
