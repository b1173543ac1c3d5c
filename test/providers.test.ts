// Whole runs with real engines: four processes, each thinking over a provider's wire format, against the simulated provider.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { toJsonString } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { EventSchema } from "#gen/synapse/v1/event_pb.ts";
import { Reason } from "#gen/synapse/v1/failure_pb.ts";
import { type Run, RunState } from "#gen/synapse/v1/run_pb.ts";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import { coder } from "#simulator/coder.ts";
import type { Answer, ProviderRequest } from "#simulator/script.ts";
import { type Simulator, simulator } from "#simulator/simulator.ts";
import { type System, startSystem } from "./system.ts";

/** The first code is wrong, so that a repair follows; the second tells all that it can see. */
const script = coder([
  {
    task: "double a number",
    plan: { questions: ["What is a number?"] },
    findings: [{ claim: "Numbers may be negative.", ground: "MODEL_MEMORY", source: "", confidence: 0.9 }],
    attempts: [
      { "main.mjs": "const text = await new Response(process.stdin).text();\nconsole.log(Number(text) + 2);\n" },
      {
        "main.mjs": `import { readFileSync } from "node:fs";
const text = await new Response(process.stdin).text();
console.error(JSON.stringify(process.env), readFileSync("/proc/self/environ", "utf8"));
console.log(Number(text) * 2);
`,
      },
    ],
    argv: ["node", "main.mjs"],
    cases: [
      { name: "two", stdin: "2\n", stdout: "4\n" },
      { name: "five", stdin: "5\n", stdout: "10\n" },
    ],
    answer: { reasoning: "Twice as much." },
  },
]) as (request: ProviderRequest) => Answer | undefined;

const canaries = {
  ANTHROPIC_API_KEY: "sk-canary-anthropic",
  GEMINI_API_KEY: "canary-google",
  OPENAI_API_KEY: "sk-canary-openai",
};
const longest = 60_000;
let provider: Simulator;
beforeAll(async () => {
  provider = await simulator({ script });
});
afterAll(() => provider[Symbol.asyncDispose]());

const settings = (engine: string) => ({
  SYNAPSE_ENGINE: engine,
  ...canaries,
  ANTHROPIC_BASE_URL: `${provider.url}/v1`,
  GOOGLE_GEMINI_BASE_URL: `${provider.url}/v1beta`,
  OPENAI_BASE_URL: `${provider.url}/v1`,
});

/** Creates a run and waits for its end. */
async function whole({ gateway }: System, task = "double a number"): Promise<{ run: Run; log: string }> {
  const { run } = await gateway.workflow.createRun({ task });
  let log = "";
  for await (const { message } of gateway.workflow.watchRun({ runId: run!.runId }))
    if (message.case === "event") log += `${toJsonString(EventSchema, message.value)}\n`;
  const ended = await gateway.workflow.getRun({ runId: run!.runId });
  return { run: ended.run!, log };
}

/** Every place that something of a run may be written to, with what stands there. */
async function written({ dataDir, processes, gateway }: System, runId: string): Promise<Record<string, string>> {
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const found = files.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const pages = Object.values(processes).flatMap(({ url }) => ["/ready", "/metrics"].map((page) => url + page));
  const usage = await gateway.workflow.getUsage({ runId });
  return Object.fromEntries([
    ...(await Promise.all(found.map(async (path) => [path, await readFile(path, "latin1")]))),
    ...(await Promise.all(pages.map(async (url) => [url, await (await fetch(url)).text()]))),
    ...Object.values(processes).map(({ name, log }) => [`log of ${name}`, log()]),
    ["usage", JSON.stringify(usage.lines.map(({ engine, stepId }) => [engine, stepId]))],
  ]);
}

const keys = Object.values(canaries);
const told = (places: Record<string, string>) =>
  Object.entries(places).flatMap(([place, text]) =>
    keys.filter((key) => text.includes(key)).map((key) => `${place}: ${key}`),
  );

const protocols = {
  anthropic: () => "anthropic:claude-sonnet-4-5",
  google: () => "google:gemini-2.5-pro",
  openai: () => "openai:gpt-5",
  compatible: () => `compatible:qwen3:4b@${provider.url}/v1`,
};

describe.each(Object.keys(protocols) as (keyof typeof protocols)[])("a run over %s", (name) => {
  it("passes after a repair, costs what was billed, and writes no key anywhere", { timeout: longest }, async () => {
    const engine = protocols[name]();
    await using system = await startSystem(settings(engine));
    const from = provider.requests.length;
    const { run, log } = await whole(system);

    expect([run.state, run.outcome, run.explanation]).toEqual([
      RunState.COMPLETED,
      Outcome.PASSED,
      "all 2 tests passed",
    ]);
    const thinking = run.steps.filter(({ engine }) => engine?.kind !== "sandbox").map(({ stepId }) => stepId);
    expect(thinking.toSorted()).toEqual(["code", "code-2", "plan", "research", "tests"]);
    const asked = provider.requests.slice(from);
    expect(asked.map(({ dialect }) => dialect)).toEqual(asked.map(() => name));
    expect(asked).toHaveLength(thinking.length);
    const billed = (of: "inputTokens" | "outputTokens" | "reasoningTokens" | "cacheReadTokens") =>
      BigInt(asked.reduce((sum, request) => sum + (request.billed?.[of] ?? 0), 0));
    expect(run.usage).toMatchObject({
      inputTokens: billed("inputTokens"),
      outputTokens: billed("outputTokens"),
      reasoningTokens: billed("reasoningTokens"),
      cacheReadTokens: billed("cacheReadTokens"),
      provenance: Provenance.MEASURED,
      payer: name === "compatible" ? Payer.LOCAL : Payer.API_KEY,
    });
    expect(run.usage!.costNanoUsd > 0n).toBe(name !== "compatible");
    expect(asked.every(({ hasKey }) => hasKey)).toBe(name !== "compatible");

    const places = await written(system, run.runId);
    expect(Object.keys(places).length).toBeGreaterThan(15);
    expect(told({ ...places, log })).toEqual([]);
  });
});

describe("a provider that fails", () => {
  it("with the key in its words is told of without it", { timeout: longest }, async () => {
    await using system = await startSystem(settings("anthropic:claude-sonnet-4-5"));
    const message = `not with ${canaries.ANTHROPIC_API_KEY} as it is`;
    provider.script({ otherwise: { fault: "key", message } });
    const refused = await whole(system);
    // Of a refused key nothing is repeated; of a request that is wrong the provider's words are.
    provider.script({ otherwise: { status: 400, message } });
    const wrong = await whole(system);
    provider.script(script);
    expect(refused.run).toMatchObject({ state: RunState.FAILED, failure: { reason: Reason.ENGINE_AUTH } });
    expect(refused.run.failure!.message).toContain("ANTHROPIC_API_KEY");
    expect(wrong.run.failure!.message).toContain("as it is");
    expect(told({ ...(await written(system, wrong.run.runId)), log: refused.log + wrong.log })).toEqual([]);
  });

  it("is followed by the next of the chain, and what it cost is waste", { timeout: longest }, async () => {
    await using system = await startSystem(settings("anthropic:claude-sonnet-4-5 > openai:gpt-5"));
    // Half of an answer, then nothing: what was said is void, and was paid for.
    provider.script((request) =>
      request.dialect === "anthropic" ? { text: "Let me see. ".repeat(40), cutAfterEvents: 30 } : script(request),
    );
    const from = provider.requests.length;
    const { run, log } = await whole(system);
    provider.script(script);
    expect(run).toMatchObject({ state: RunState.COMPLETED, outcome: Outcome.PASSED });
    expect(run.steps.find(({ stepId }) => stepId === "plan")?.engine).toMatchObject({ kind: "openai", model: "gpt-5" });
    expect(log).toMatch(/"providerFailover":\{[^\n]*"from":"anthropic:claude-sonnet-4-5"/);
    expect(log).toMatch(/"outputReset"/);
    const tried = provider.requests.slice(from);
    expect(new Set(tried.map(({ dialect }) => dialect))).toEqual(new Set(["anthropic", "openai"]));
    const { total, wasted, lines } = await system.gateway.workflow.getUsage({ runId: run.runId });
    expect(lines.some(({ discarded, engine }) => discarded && engine === "anthropic:claude-sonnet-4-5")).toBe(true);
    const billed = tried.reduce((sum, { billed }) => sum + (billed?.inputTokens ?? 0), 0);
    expect(Number(total!.inputTokens)).toBe(billed);
    expect(wasted!.inputTokens > 0n).toBe(true);
  });

  it("for want of quota holds the run up, which goes on by itself", { timeout: longest }, async () => {
    await using system = await startSystem(settings("google:gemini-2.5-pro"));
    let refused = 0;
    provider.script((request) => (refused++ === 0 ? { status: 429, retryAfterS: 1 } : script(request)));
    const { run, log } = await whole(system);
    provider.script(script);
    expect(run).toMatchObject({ state: RunState.COMPLETED, outcome: Outcome.PASSED });
    expect(log).toMatch(/"runWaiting":\{"reason":"WAIT_REASON_QUOTA"/);
    expect(run.steps.find(({ stepId }) => stepId === "plan")?.attempt).toBe(2);
  });
});
