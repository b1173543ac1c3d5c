// connect-node's server as it comes: its adapter on node:http2, no interceptors.
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { reply, streamMessage } from "../../messages.ts";
import { serving, streamLength } from "../serving.ts";

const length = streamLength();
const handler = connectNodeAdapter({
  routes: (router) =>
    router.service(ClaudeService, {
      plan: () => reply,
      async *streamPlan() {
        for (let sent = 0; sent < length; sent++) yield streamMessage;
      },
    }),
});
const server = createServer(handler).listen(0, "127.0.0.1", () => serving((server.address() as AddressInfo).port));
