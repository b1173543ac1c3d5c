// The claude process: plans work and writes code.
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { chooseEngine } from "#models/choose.ts";
import { agentParts } from "#runtime/agent.ts";
import { engineSettings } from "#runtime/engine-settings.ts";
import { runProcess } from "#runtime/process.ts";
import { claudeRoutes } from "./routes.ts";

await runProcess("claude", async (tools) => {
  const { engine, decision } = await chooseEngine(engineSettings(tools.config, "claude"));
  return agentParts("claude", tools, {
    services: [ClaudeService],
    routes: (router) => claudeRoutes(router, engine),
    ready: async () => ({ ready: true, details: { engine: (await decision()).name } }),
  });
});
