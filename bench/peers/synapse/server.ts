// Synapse's server as in production: validation, deadlines, request ids, metrics, masking of errors, all on.
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { serve } from "#runtime/serve.ts";
import { openLog } from "#telemetry/log.ts";
import { openMetrics } from "#telemetry/metrics.ts";
import { reply, streamMessage } from "../../messages.ts";
import { serving, streamLength } from "../serving.ts";
import { serverSettings } from "./wiring.ts";

const length = streamLength();
const { port } = await serve({
  name: "claude",
  host: "127.0.0.1",
  port: 0,
  services: [ClaudeService],
  routes: (router) =>
    router.service(ClaudeService, {
      plan: () => reply,
      async *streamPlan() {
        for (let sent = 0; sent < length; sent++) yield streamMessage;
      },
    }),
  ready: async () => ({ ready: true }),
  log: openLog("claude", "info"),
  metrics: openMetrics(),
  ...serverSettings,
});
serving(port);
