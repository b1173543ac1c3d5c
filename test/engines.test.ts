// Each agent as a process of its own, thinking over a provider's wire format: who answers, what is shown, paid and refused.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowanceHeader } from "#core/allowance.ts";
import { messageOf, Reason, reasonOf, spentOn } from "#core/failure.ts";
import { type AgentEvent, Ground } from "#gen/synapse/v1/agent_pb.ts";
import { ClaudeService } from "#gen/synapse/v1/claude_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { GeminiService } from "#gen/synapse/v1/gemini_pb.ts";
import { Payer, Provenance } from "#gen/synapse/v1/usage_pb.ts";
import { type Simulator, simulator } from "#simulator/simulator.ts";
import { startProcess, type TestProcess } from "./system.ts";

const canary = "sk-canary-7d1f";
const plan = { summary: "s", steps: ["Interface: cases"], successCriteria: ["a"], risks: [], questions: [] };
let provider: Simulator;
let folder: string;
const processes: TestProcess[] = [];

async function start(name: "claude" | "gemini" | "codex", environment: Record<string, string>): Promise<TestProcess> {
  const upper = name.toUpperCase();
  const common = { SYNAPSE_DATA_DIR: folder, SYNAPSE_DRAIN_DELAY_MS: "0", [`SYNAPSE_${upper}_PORT`]: "0" };
  const started = await startProcess(name, { ...common, ...environment });
  processes.push(started);
  return started;
}
const over = ({ url }: TestProcess) => createConnectTransport({ baseUrl: url, httpVersion: "2" });
const ready = async ({ url }: TestProcess) => (await fetch(`${url}/ready`)).json();

beforeAll(async () => {
  provider = await simulator();
  folder = await mkdtemp(join(tmpdir(), "synapse-engines-"));
});
afterAll(async () => {
  for (const { child } of processes) child.kill("SIGKILL");
  await provider[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe("claude with a chain", () => {
  it("goes on with the next engine when the first breaks off, and tells all of it", async () => {
    const claude = await start("claude", {
      SYNAPSE_CLAUDE_ENGINE: "anthropic:claude-sonnet-5-5 > openai:gpt-6.1-sol",
      ANTHROPIC_API_KEY: canary,
      ANTHROPIC_BASE_URL: provider.url,
      OPENAI_API_KEY: canary,
      OPENAI_BASE_URL: `${provider.url}/v1`,
    });
    expect(await ready(claude)).toMatchObject({ engine: "anthropic:claude-sonnet-5-5 > openai:gpt-6.1-sol" });
    provider.script(({ dialect }) => (dialect === "anthropic" ? { json: plan, cutAfterEvents: 4 } : { json: plan }));
    const events: AgentEvent[] = [];
    const client = createClient(ClaudeService, over(claude));
    for await (const { event } of client.streamPlan({ request: { task: "sort" } })) if (event) events.push(event);

    const told = events.map(({ attempt, body }) => `${attempt} ${body.case}`);
    expect(told.filter((one, at) => one !== told[at - 1])).toEqual([
      ...["1 context", "1 textDelta", "1 failover", "2 reset", "2 context", "2 textDelta", "2 result"],
    ]);
    const failover = events.find(({ body }) => body.case === "failover")?.body.value;
    expect(failover).toMatchObject({ from: "anthropic:claude-sonnet-5-5", to: "openai:gpt-6.1-sol" });
    const said = events.flatMap(({ attempt, body }) =>
      attempt === 2 && body.case === "textDelta" ? [body.value] : [],
    );
    expect(said.join("")).toBe("s\nInterface: cases\na\n");
    const result = events.at(-1)?.body;
    if (result?.case !== "result") return expect.fail("the last event is the result");
    const { engine, usage, discarded } = result.value;
    expect(engine).toMatchObject({ kind: "openai", model: "gpt-6.1-sol" });
    const [lost] = discarded;
    expect(lost).toMatchObject({ attempt: 1, engine: "anthropic:claude-sonnet-5-5", reason: Reason.DEPENDENCY });
    const billed = provider.billed();
    expect((usage?.inputTokens ?? 0n) + (lost?.usage?.inputTokens ?? 0n)).toBe(BigInt(billed.inputTokens));
    expect(usage).toMatchObject({ costProvenance: Provenance.MEASURED, payer: Payer.API_KEY });
    expect(claude.log() + JSON.stringify(result.value, (_, one) => String(one))).not.toContain(canary);
  });
});

describe("gemini over Google", () => {
  it("researches, and keeps a source only where the provider's search has fetched it", async () => {
    const gemini = await start("gemini", {
      SYNAPSE_SEARCH: "on",
      GEMINI_API_KEY: canary,
      GOOGLE_GEMINI_BASE_URL: provider.url,
    });
    const finding = { claim: "c", ground: "FETCHED_URL", confidence: 0.9 };
    const findings = ["https://a.example/real", "https://a.example/made-up"].map((source) => ({ ...finding, source }));
    provider.script(() => ({ json: { findings }, sources: ["https://a.example/real"] }));
    const { research, engine } = await createClient(GeminiService, over(gemini)).research({ task: "t" });
    expect(engine).toMatchObject({ kind: "google" });
    expect(research?.findings.map(({ ground, source }) => [ground, source])).toEqual([
      [Ground.FETCHED_URL, "https://a.example/real"],
      [Ground.MODEL_MEMORY, ""],
    ]);
  });
});

describe("codex over a server on this machine", () => {
  it("writes tests that cost no money, and sends nothing that the allowance does not cover", async () => {
    const codex = await start("codex", {
      SYNAPSE_CODEX_ENGINE: `compatible:qwen3:4b@${provider.url}/v1`,
      SYNAPSE_SANDBOX: "quickjs",
    });
    expect(await ready(codex)).toMatchObject({ engine: "compatible:qwen3:4b" });
    provider.script(() => ({
      json: { cases: [{ name: "one", stdin: "1", stdout: "1", exitCode: 0 }], files: [], count: 0 },
    }));
    const client = createClient(CodexService, over(codex));
    const { cases, usage, context } = await client.writeTests({ task: "echo" });
    expect(cases).toMatchObject([{ name: "one", stdin: "1", stdout: "1" }]);
    expect(usage).toMatchObject({ payer: Payer.LOCAL, costNanoUsd: 0n, costProvenance: Provenance.MEASURED });
    expect(context).toMatchObject({ prompt: "tests@1", items: [{ name: "task", bytes: 4n, shown: 4n }] });

    const asked = provider.requests.length;
    const headers = { [allowanceHeader]: "tokens=100" };
    const error = await client.writeTests({ task: "echo" }, { headers }).then(
      () => expect.fail("it answers"),
      (error: unknown) => error,
    );
    expect(reasonOf(error)).toBe(Reason.BUDGET_EXCEEDED);
    expect(messageOf(error)).toMatch(/more than what is left, 100 tokens/);
    expect([provider.requests.length - asked, spentOn(error)]).toEqual([0, []]);
  });
});

describe("an agent whose engine lacks its key", () => {
  it("does not start, and says which variable to set", async () => {
    await expect(start("claude", { SYNAPSE_CLAUDE_ENGINE: "openai" })).rejects.toThrow(
      /claude can't start: openai:gpt-6.1-sol needs a key: set OPENAI_API_KEY/,
    );
  });
});
