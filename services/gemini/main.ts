// The gemini process: reads code, finds things out and reviews.
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import { chooseEngine } from "#models/choose.ts";
import { agentParts } from "#runtime/agent.ts";
import { engineSettings } from "#runtime/engine-settings.ts";
import { runProcess } from "#runtime/process.ts";
import { geminiRoutes } from "./routes.ts";

await runProcess("gemini", async (tools) => {
  const { engine, decision } = await chooseEngine(engineSettings(tools.config, "gemini"));
  return agentParts("gemini", tools, {
    services: [GeminiService],
    routes: (router) => geminiRoutes(router, engine),
    ready: async () => ({ ready: true, details: { engine: (await decision()).name } }),
  });
});
