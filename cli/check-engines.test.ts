// What `synapse doctor` says of engines: who would answer, what is missing, what could be used.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Environment, readConfig } from "#runtime/config.ts";
import { enginesChecks, type Found } from "./check-engines.ts";

const nothing: Found = { servers: [], clis: [] };
const ollama = { name: "Ollama", baseUrl: "http://127.0.0.1:11434/v1", models: ["nomic-embed-text", "qwen3:4b"] };
const claudeCode = {
  cli: "claude",
  title: "Claude Code",
  path: "/usr/bin/claude",
  version: "2.1.330",
  setting: "cli:claude",
} as const;

async function said(env: Environment, found = nothing) {
  const checks = await enginesChecks(readConfig(env), found);
  return Object.fromEntries(checks.map(({ name, ...check }) => [name, check]));
}

describe("doctor's engines", () => {
  it("are builtin where there is nothing, and it says how to get a model", async () => {
    const checks = await said({});
    expect(checks["engine of claude"]).toEqual({
      verdict: "good",
      says: "builtin:recipes: there is no key and no server of models on this machine",
    });
    expect(checks.keys?.fix).toMatch(/ollama pull/);
  });

  it("are those of the keys that are set; one key is enough for all", async () => {
    const checks = await said({ GEMINI_API_KEY: "secret", OPENAI_API_KEY: "secret" });
    expect(checks["engine of claude"]?.says).toMatch(/^google:.*there is a key of Google, none of Anthropic$/);
    expect(checks["engine of codex"]?.says).toMatch(/^openai:.*there is a key of OpenAI$/);
    expect(checks.keys?.says).toBe("GEMINI_API_KEY, OPENAI_API_KEY are set; ANTHROPIC_API_KEY is not set");
    expect(JSON.stringify(checks)).not.toContain("secret");
  });

  it("name the key that a configured one lacks, and the program that is not there", async () => {
    const checks = await said({ SYNAPSE_CLAUDE_ENGINE: "anthropic:m > openai:n", SYNAPSE_GEMINI_ENGINE: "cli:gemini" });
    expect(checks["engine of claude"]).toMatchObject({
      verdict: "bad",
      says: expect.stringContaining(
        "anthropic:m > openai:n: configured as anthropic:m > openai:n; ANTHROPIC_API_KEY is not set",
      ),
      fix: expect.stringContaining("export ANTHROPIC_API_KEY=…"),
    });
    expect(checks["engine of gemini"]).toMatchObject({
      verdict: "bad",
      says: expect.stringContaining("there is no gemini on the PATH"),
    });
  });

  it("are a model on this machine where there is no key; command lines are offered and not used", async () => {
    const checks = await said({}, { servers: [ollama], clis: [claudeCode] });
    expect(checks["engine of claude"]?.says).toMatch(/^compatible:qwen3:4b: Ollama runs on this machine/);
    expect(checks.Ollama?.says).toContain("export SYNAPSE_ENGINE=compatible:qwen3:4b@http://127.0.0.1:11434/v1");
    expect(checks["Claude Code"]?.says).toBe(
      "/usr/bin/claude, version 2.1.330; to use it with your login: export SYNAPSE_ENGINE=cli:claude",
    );
  });

  it("say whose price is not known, and what is wrong with prices that were given", async () => {
    const folder = mkdtempSync(join(tmpdir(), "synapse-prices-"));
    const path = join(folder, "prices.json");
    const env = { OPENAI_API_KEY: "k", SYNAPSE_CODEX_ENGINE: "openai:my-own", SYNAPSE_PRICES: path };
    try {
      writeFileSync(path, JSON.stringify({ prices: [] }));
      expect((await said(env))["engine of codex"]).toMatchObject({
        verdict: "note",
        says: expect.stringContaining("the price of openai:my-own is not known, so budgets in money refuse it"),
      });
      writeFileSync(path, JSON.stringify({ prices: [{ kind: "openai", model: "my-own", input: 1, output: 2 }] }));
      expect((await said(env))["engine of codex"]?.verdict).toBe("good");
      writeFileSync(path, "{");
      expect((await said(env))["engine of codex"]).toMatchObject({
        verdict: "bad",
        says: expect.stringContaining(path),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
