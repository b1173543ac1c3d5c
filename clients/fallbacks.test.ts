import { createClient, createContextValues, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { failure, Reason } from "#core/failure.ts";
import { Verdict } from "#gen/synapse/v1/agent_pb.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import { chained } from "#resilience/call/chained.ts";
import { acceptFallbackKey } from "#resilience/fallback/fallback.ts";
import { ConfigError } from "#resilience/problem.ts";
import { agentFallback, unanswerable } from "./fallbacks.ts";

const services = [ClaudeService, GeminiService, CodexService] as const;

/** Every method fails as if nobody were there; the caller takes whatever it can get. */
const nobody = createRouterTransport((router) => {
  for (const service of services) {
    const gone = () => {
      throw failure(Reason.UNREACHABLE, `${service.name} can't be reached`);
    };
    router.service(service, Object.fromEntries(service.methods.map(({ localName }) => [localName, gone])));
  }
});
const transport = chained(nobody, { interceptors: [agentFallback()] });
const accepting = () => ({ contextValues: createContextValues().set(acceptFallbackKey, true) });
const engine = { kind: "fallback", model: "rule" };
const files = [{ path: "a.js", content: "1\n2\n" }];

describe("what stands in for an agent", () => {
  it("is a plan that has only the task, and no criteria that tests could be written from", async () => {
    const claude = createClient(ClaudeService, transport);
    const answer = await claude.plan({ task: "sort" }, accepting());
    expect(answer).toMatchObject({ plan: { summary: "sort", successCriteria: [], questions: [] }, engine });
    const [only, ...others] = await Array.fromAsync(claude.streamPlan({ request: { task: "sort" } }, accepting()));
    expect(others).toEqual([]);
    expect(only?.event?.body).toMatchObject({ case: "result", value: { engine, value: { case: "plan" } } });
  });

  it("is no finding, no judgement and no analysis, said as such", async () => {
    const gemini = createClient(GeminiService, transport);
    expect(await gemini.research({ task: "t" }, accepting())).toMatchObject({ research: { findings: [] }, engine });
    const { review } = await gemini.reviewCode({ files }, accepting());
    expect(review).toMatchObject({ verdict: Verdict.UNABLE, comments: [{ text: expect.stringContaining("reached") }] });
    const { analysis } = await gemini.analyze({ files }, accepting());
    expect(analysis).toMatchObject({ files: [{ path: "a.js", language: "unknown", lines: 2 }] });
  });

  it("is nothing for code, tests and executions: made-up ones would be taken for real", async () => {
    type Calls = Record<string, (input: object, options: object) => unknown>;
    for (const method of unanswerable) {
      const client = createClient(method.parent as typeof CodexService, transport) as unknown as Calls;
      const call = client[method.localName]!({}, accepting());
      const ended = method.methodKind === "unary" ? call : Array.fromAsync(call as AsyncIterable<unknown>);
      await expect(ended, method.name).rejects.toThrow("can't be reached");
    }
    for (const method of unanswerable) {
      expect(() => agentFallback({ handler: (asked) => (asked === method ? () => [{}] : undefined) })).toThrow(
        ConfigError,
      );
    }
    expect([...unanswerable].map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Execute", "StreamExecute", "WriteTests", "GenerateCode", "StreamGenerateCode"]),
    );
  });
});
