// ClaudeService: from rpc to engine.
import type { ConnectRouter } from "@connectrpc/connect";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { answered, streamed } from "#models/answers.ts";
import type { Engine } from "#models/engine.ts";

export function claudeRoutes(router: ConnectRouter, engine: Engine): void {
  router.service(ClaudeService, {
    plan: (request, called) => answered(engine, "plan", called, (thinking) => engine.plan(request, thinking)),
    generateCode: (request, called) =>
      answered(engine, "code", called, (thinking) => engine.generateCode(request, thinking)),
    streamPlan: ({ request }, called) =>
      streamed(engine, "plan", called, (thinking) => engine.plan(request!, thinking)),
    streamGenerateCode: ({ request }, called) =>
      streamed(engine, "code", called, (thinking) => engine.generateCode(request!, thinking)),
  });
}
