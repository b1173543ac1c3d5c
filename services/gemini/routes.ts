// GeminiService: from rpc to engine.
import type { ConnectRouter } from "@connectrpc/connect";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import { answered, streamed } from "#models/answers.ts";
import type { Engine } from "#models/engine.ts";

export function geminiRoutes(router: ConnectRouter, engine: Engine): void {
  router.service(GeminiService, {
    analyze: (request, called) => answered(engine, "analysis", called, (thinking) => engine.analyze(request, thinking)),
    research: (request, called) =>
      answered(engine, "research", called, (thinking) => engine.research(request, thinking)),
    reviewCode: (request, called) =>
      answered(engine, "review", called, (thinking) => engine.reviewCode(request, thinking)),
    streamAnalyze: ({ request }, called) =>
      streamed(engine, "analysis", called, (thinking) => engine.analyze(request!, thinking)),
    streamResearch: ({ request }, called) =>
      streamed(engine, "research", called, (thinking) => engine.research(request!, thinking)),
    streamReviewCode: ({ request }, called) =>
      streamed(engine, "review", called, (thinking) => engine.reviewCode(request!, thinking)),
  });
}
