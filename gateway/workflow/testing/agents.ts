// The three agents by script, for tests of workflows: no process, no model.
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { expect } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { ClaudeService, type GenerateCodeRequest } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService, type ResearchRequest } from "#gen/synapse/v1/gemini_pb.ts";

export interface Script {
  /** What the coder writes in each round; the last one again and again. "cannot" refuses. */
  code: (string | "cannot")[];
  /** The failure's signature for each text of code; absent passes. */
  fails: Record<string, string>;
  questions?: string[];
  /** A file of the coder's beside its code. */
  extra?: { path: string; content: string };
}

/** Agents that follow a script; the coder's and the researcher's requests are kept. */
export function agents({ code, fails, questions = ["how?"], extra }: Script) {
  const asked: GenerateCodeRequest[] = [];
  const reviews: number[] = [];
  const researched: ResearchRequest[] = [];
  const event = (value: object) => ({
    event: { attempt: 1, body: { case: "result" as const, value: value as never } },
  });
  const transport = createRouterTransport((router) => {
    router.service(ClaudeService, {
      async *streamPlan() {
        yield event({ value: { case: "plan", value: { summary: "a plan", questions } } });
      },
      async *streamGenerateCode({ request }) {
        asked.push(request!);
        const text = code[Math.min(asked.length, code.length) - 1]!;
        if (text === "cannot") throw failure(Reason.ENGINE_CANNOT, "no other version");
        const files = [{ path: "main.mjs", content: text }, ...(extra ? [extra] : [])];
        yield event({ value: { case: "code", value: { files, argv: ["node", "main.mjs"] } } });
      },
    });
    router.service(GeminiService, {
      async *streamResearch({ request }) {
        researched.push(request!);
        yield event({ value: { case: "research", value: { findings: [{ claim: "a fact" }] } } });
      },
      async *streamReviewCode() {
        reviews.push(asked.length);
        yield event({
          value: { case: "review", value: { comments: [{ path: "main.mjs", line: 3, text: "off by one" }] } },
        });
      },
    });
    router.service(CodexService, {
      writeTests: () => ({
        files: [{ path: "main.test.mjs", content: "the tests" }],
        cases: [{ name: "c", stdout: "1" }],
        count: 1,
      }),
      async *streamExecute({ request }) {
        const find = (path: string) => request!.files.find((file) => file.path === path)?.content;
        expect(find("main.test.mjs")).toBe("the tests");
        const signature = fails[find("main.mjs")!];
        const tests = { passed: signature ? 0 : 2, failed: signature ? 2 : 0, signature: signature ?? "" };
        const outcome = signature ? Outcome.NOT_PASSED : Outcome.PASSED;
        const execution = {
          outcome,
          tests,
          stdout: `ran ${find("main.mjs")}`,
          explanation: signature ? "2 failed" : "all 2 tests passed",
        };
        yield event({ value: { case: "execution", value: execution } });
      },
    });
  });
  const clients = {
    claude: createClient(ClaudeService, transport),
    gemini: createClient(GeminiService, transport),
    codex: createClient(CodexService, transport),
  };
  return { clients, asked, reviews, researched };
}
