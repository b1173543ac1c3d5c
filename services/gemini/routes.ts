// GeminiService: from rpc to engine.
import type { ConnectRouter } from "@connectrpc/connect";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import { answered, streamed } from "#models/answers.ts";
import type { Engine } from "#models/engine.ts";

export function geminiRoutes(router: ConnectRouter, engine: Engine): void {
  router.service(GeminiService, {
    analyze: (request, { signal }) =>
      answered(engine, "analysis", signal, (thinking) => engine.analyze(request, thinking)),
    research: (request, { signal }) =>
      answered(engine, "research", signal, (thinking) => engine.research(request, thinking)),
    reviewCode: (request, { signal }) =>
      answered(engine, "review", signal, (thinking) => engine.reviewCode(request, thinking)),
    streamAnalyze: ({ request }, { signal }) =>
      streamed(engine, "analysis", signal, (thinking) => engine.analyze(request!, thinking)),
    streamResearch: ({ request }, { signal }) =>
      streamed(engine, "research", signal, (thinking) => engine.research(request!, thinking)),
    streamReviewCode: ({ request }, { signal }) =>
      streamed(engine, "review", signal, (thinking) => engine.reviewCode(request!, thinking)),
  });
}
