// The builtin engine: what its answers hold, and that they come from the task alone.
import { create, equals } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import { Ground, PlanSchema, TestSuiteSchema } from "#gen/synapse/v1/agent_pb.ts";
import { FailedRoundSchema, GenerateCodeRequestSchema, PlanRequestSchema } from "#gen/synapse/v1/claude_pb.ts";
import { WriteTestsRequestSchema } from "#gen/synapse/v1/codex_pb.ts";
import { AnalyzeRequestSchema, ResearchRequestSchema, ReviewCodeRequestSchema } from "#gen/synapse/v1/gemini_pb.ts";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import { builtinEngine, recipeCatalogue } from "./builtin.ts";
import { fills } from "./fills.data.ts";

const engine = builtinEngine({ engines: ["builtin"] });
const thinking = () => {
  const said: string[] = [];
  return { said, signal: new AbortController().signal, say: (text: string) => void said.push(text) };
};
const quiet = thinking();
const task = "print the first 12 fibonacci numbers";

describe("builtin", () => {
  it("says what it is", () => {
    expect([engine.kind, engine.model]).toEqual(["builtin", "recipes"]);
  });

  it("plans with the task's values, and says the plan as it goes", async () => {
    const listener = thinking();
    const { value } = await engine.plan(create(PlanRequestSchema, { task }), listener);
    expect(value.summary).toMatch(/first 12 Fibonacci numbers/);
    expect(value.steps.join("\n")).toMatch(/fibonacci\.mjs.*count = 12/s);
    expect(value.successCriteria.length).toBeGreaterThan(0);
    expect(value.questions).toHaveLength(1);
    expect(listener.said.join("")).toContain(value.summary);
    expect(listener.said.join("")).toMatch(/^1\. .*\n2\. /m);
  });

  it("does not change repositories", async () => {
    const error: unknown = await engine
      .generateCode(create(GenerateCodeRequestSchema, { task, repository: true }), quiet)
      .catch((reason: unknown) => reason);
    expect(reasonOf(error)).toBe(Reason.ENGINE_CANNOT);
    expect(messageOf(error)).toContain("builtin cannot change a repository");
  });

  it("writes the same program for the same task, and how to run it", async () => {
    const request = create(GenerateCodeRequestSchema, { task });
    const listener = thinking();
    const { value } = await engine.generateCode(request, listener);
    expect(value.files.map(({ path }) => path)).toEqual(["fibonacci.mjs"]);
    expect(value.argv).toEqual(["node", "fibonacci.mjs"]);
    expect(value.files[0]?.content).toMatch(/\b12\b/);
    expect(value.notes).toMatch(/not from a language model/);
    expect(listener.said.join("")).toBe(value.files[0]?.content);
    expect((await engine.generateCode(request, quiet)).value).toEqual(value);
  });

  it("tells what of a task it left unread and what data it left out, in the plan and with the code", async () => {
    const unread = "My teacher asked me to write the first 12 fibonacci numbers, thanks a lot professor Kowalski";
    const data = "shortest path from A to F";
    const told = async (said: string) => {
      const { value: plan } = await engine.plan(create(PlanRequestSchema, { task: said }), quiet);
      const { value: code } = await engine.generateCode(create(GenerateCodeRequestSchema, { task: said }), quiet);
      return [plan.risks.join("\n"), code.notes];
    };
    for (const text of await told(unread))
      expect(text).toMatch(/hese words were taken as context and not built in: ".*Kowalski/);
    for (const text of await told(data))
      expect(text).toMatch(
        /he program reads its data from standard input in the form .*; "A", "F" from the task are not built in/,
      );
    for (const text of await told(task)) expect(text).not.toMatch(/not built in/);
  });

  it("does not pretend to repair", async () => {
    const failed = create(GenerateCodeRequestSchema, { task, failure: create(FailedRoundSchema, { round: 1 }) });
    const error: unknown = await engine.generateCode(failed, quiet).catch((reason: unknown) => reason);
    expect(reasonOf(error)).toBe(Reason.ENGINE_CANNOT);
    expect(messageOf(error)).toMatch(/has one version.*no language model/);
  });

  it("calls what it knows memory, with no source", async () => {
    const { value } = await engine.research(create(ResearchRequestSchema, { task }), quiet);
    expect(value.findings.length).toBeGreaterThan(0);
    for (const { ground, source, confidence } of value.findings) {
      expect([ground, source]).toEqual([Ground.MODEL_MEMORY, ""]);
      expect(confidence).toBeGreaterThan(0);
    }
  });

  it("writes tests from the task alone, with its values", async () => {
    const { value } = await engine.writeTests(create(WriteTestsRequestSchema, { task }), quiet);
    const misled = create(PlanSchema, { summary: "print nothing", successCriteria: ["prints nothing"] });
    const again = await engine.writeTests(create(WriteTestsRequestSchema, { task, plan: misled }), quiet);
    expect(equals(TestSuiteSchema, again.value, value)).toBe(true);
    expect(value.cases[0]?.stdout.trim().split("\n")).toEqual("0 1 1 2 3 5 8 13 21 34 55 89".split(" "));
    expect([value.files, value.count]).toEqual([[], 0]);
  });

  it("writes cases within the contract's limits, whatever the values", async () => {
    for (const [said] of fills) {
      const { cases } = (await engine.writeTests(create(WriteTestsRequestSchema, { task: said }), quiet)).value;
      expect(cases.length, said).toBeGreaterThan(0);
      expect(cases.length, said).toBeLessThanOrEqual(200);
      expect(new Set(cases.map(({ name }) => name)).size, said).toBe(cases.length);
      for (const { name, stdin, stdout } of cases) {
        expect(name.length, said).toBeLessThanOrEqual(200);
        expect(Math.max(Buffer.byteLength(stdin), Buffer.byteLength(stdout)), said).toBeLessThanOrEqual(262_144);
      }
    }
  });

  it("costs nothing, and knows it", async () => {
    const { usage } = await engine.plan(create(PlanRequestSchema, { task }), quiet);
    expect(usage).toMatchObject({
      provenance: Provenance.MEASURED,
      payer: Payer.LOCAL,
      inputTokens: 0n,
      outputTokens: 0n,
    });
  });

  it("analyzes and reviews any code", async () => {
    const files = [{ path: "a.mjs", content: "export function f(x) { debugger; return x; }\n" }];
    const listener = thinking();
    const { value } = await engine.analyze(create(AnalyzeRequestSchema, { files }), listener);
    expect(value.files[0]?.functions[0]?.name).toBe("f");
    expect(listener.said.join("")).toContain(value.summary);
    const review = await engine.reviewCode(create(ReviewCodeRequestSchema, { files }), quiet);
    expect(review.value.comments.length).toBeGreaterThan(0);
  });

  it("refuses the same in every method, and stops when the caller has left", async () => {
    const other = { task: "write a chat app in Rust" };
    const gone = AbortSignal.abort(new Error("left"));
    for (const ask of [
      (said: { task: string }, signal: AbortSignal) =>
        engine.plan(create(PlanRequestSchema, said), { ...quiet, signal }),
      (said: { task: string }, signal: AbortSignal) =>
        engine.research(create(ResearchRequestSchema, said), { ...quiet, signal }),
      (said: { task: string }, signal: AbortSignal) =>
        engine.generateCode(create(GenerateCodeRequestSchema, said), { ...quiet, signal }),
      (said: { task: string }, signal: AbortSignal) =>
        engine.writeTests(create(WriteTestsRequestSchema, said), { ...quiet, signal }),
    ]) {
      await expect(ask(other, quiet.signal)).rejects.toSatisfy((error) => reasonOf(error) === Reason.ENGINE_CANNOT);
      await expect(ask({ task }, gone)).rejects.toThrow("left");
    }
  });

  it("lists its recipes", () => {
    expect(recipeCatalogue()).toContainEqual({ id: "fibonacci", title: expect.any(String) });
    expect(new Set(recipeCatalogue().map(({ id }) => id)).size).toBe(46);
  });
});
