// What is counted of runs: tokens and money by whom, how well known, and whether for nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Provenance } from "#gen/synapse/v1/usage_pb.ts";
import type { Entry } from "#store/events.ts";
import { openStore } from "#store/store.ts";
import { openMetrics } from "#telemetry/metrics.ts";
import { counted } from "./metrics.ts";

const { MEASURED, ESTIMATED, UNAVAILABLE } = Provenance;
const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))));

/** The counters of the page after these events, by name and labels. */
async function countersAfter(...entries: Entry[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "synapse-metrics-"));
  folders.push(folder);
  const metrics = openMetrics();
  const store = counted(openStore(folder), metrics.meter);
  const { run } = store.runs.create({ task: "sort" });
  for (const entry of entries) store.events.append(run.runId, entry);
  store.close();
  const lines = (await metrics.page()).split("\n");
  return lines
    .filter((line) => /^synapse_(tokens|cost|usage)/.test(line))
    .map((line) => line.replace(/,otel_[^}]*/, ""));
}

const started: Entry = { stepId: "plan", attempt: 1, body: { case: "stepStarted", value: { agent: "claude" } } };
const completed = (usage: object, kind = "anthropic"): Entry => ({
  ...{ stepId: "plan", attempt: 1 },
  body: { case: "stepCompleted", value: { engine: { kind, model: "large" }, usage } },
});

describe("tokens and money on the page of metrics", () => {
  it("are counted by agent, engine, kind of token and provenance", async () => {
    const usage = {
      inputTokens: 10n,
      outputTokens: 4n,
      cacheReadTokens: 3n,
      reasoningTokens: 2n,
      provenance: MEASURED,
    };
    const lines = await countersAfter(
      started,
      completed({ ...usage, costNanoUsd: 1_500_000n, costProvenance: ESTIMATED }),
    );
    const labels = 'agent="claude",gen_ai_provider_name="anthropic",discarded="false"';
    expect(lines).toEqual([
      `synapse_tokens_total{${labels},provenance="measured",gen_ai_token_type="input"} 10`,
      `synapse_tokens_total{${labels},provenance="measured",gen_ai_token_type="output"} 4`,
      `synapse_tokens_total{${labels},provenance="measured",gen_ai_token_type="cache_read"} 3`,
      `synapse_tokens_total{${labels},provenance="measured",gen_ai_token_type="cache_write"} 0`,
      `synapse_cost_usd_total{${labels},provenance="estimated"} 0.0015`,
    ]);
  });

  it("are marked as discarded when the answer was not used", async () => {
    const usage = { inputTokens: 7n, provenance: MEASURED, costProvenance: MEASURED };
    const body = { case: "usageReported", value: { usage, engine: "openai:small", discarded: true } } as const;
    const lines = await countersAfter(started, { stepId: "plan", attempt: 1, body });
    expect(lines[0]).toMatch(/^synapse_tokens_total\{.*="openai",discarded="true".*="input"\} 7$/);
    expect(lines.filter((line) => !line.includes('discarded="true"'))).toEqual([]);
  });

  it("are counted as unknown, not as nothing, where nobody knows them", async () => {
    const lines = await countersAfter(
      started,
      completed({ provenance: UNAVAILABLE, costProvenance: UNAVAILABLE }, "cli"),
    );
    expect(lines).toEqual([
      expect.stringMatching(/^synapse_usage_unknown_total\{.*="cli".*what="tokens"\} 1$/),
      expect.stringMatching(/^synapse_usage_unknown_total\{.*="cli".*what="cost"\} 1$/),
    ]);
  });

  it("are nothing for what is free", async () => {
    const lines = await countersAfter(
      started,
      completed({ provenance: MEASURED, costProvenance: MEASURED }, "builtin"),
    );
    expect(lines).toHaveLength(5);
    expect(lines.filter((line) => !line.endsWith(" 0"))).toEqual([]);
  });
});
