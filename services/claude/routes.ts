// ClaudeService: from rpc to engine.
import type { ConnectRouter } from "@connectrpc/connect";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { answered, streamed } from "#models/answers.ts";
import type { Engine } from "#models/engine.ts";

export function claudeRoutes(router: ConnectRouter, engine: Engine): void {
  router.service(ClaudeService, {
    plan: (request, { signal }) => answered(engine, "plan", signal, (thinking) => engine.plan(request, thinking)),
    generateCode: (request, { signal }) =>
      answered(engine, "code", signal, (thinking) => engine.generateCode(request, thinking)),
    streamPlan: ({ request }, { signal }) =>
      streamed(engine, "plan", signal, (thinking) => engine.plan(request!, thinking)),
    streamGenerateCode: ({ request }, { signal }) =>
      streamed(engine, "code", signal, (thinking) => engine.generateCode(request!, thinking)),
  });
}
