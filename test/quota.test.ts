// Through the whole system: a provider's quota is used up, the gateway dies meanwhile, and the run goes on by itself when there is more.

import { timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { RunState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { coder, workOf } from "#simulator/coder.ts";
import { simulator } from "#simulator/simulator.ts";
import { startSystem } from "./system.ts";

const task = "count to three";
const job = {
  task,
  attempts: [{ "main.mjs": 'console.log("1\\n2\\n3");\n' }],
  argv: ["node", "main.mjs"],
  cases: [{ name: "counts", stdin: "", stdout: "1\n2\n3\n" }],
};

describe("a run whose provider has no quota left", () => {
  it("is WAITING until it has, waits once although the gateway is killed, and passes", async () => {
    const writes = coder([job]);
    let plans = 0;
    await using provider = await simulator();
    provider.script((request) => {
      if (workOf(request) === "plan" && ++plans === 1) return { status: 429, fault: "quota", retryAfterS: 2 };
      return typeof writes === "function" ? writes(request) : undefined;
    });
    await using system = await startSystem({
      SYNAPSE_CLAUDE_ENGINE: "anthropic:claude-haiku-5-5",
      SYNAPSE_CODEX_ENGINE: "anthropic:claude-haiku-5-5",
      ANTHROPIC_API_KEY: "a-key",
      ANTHROPIC_BASE_URL: provider.url,
    });
    const { workflow } = system.gateway;
    const { runId } = (await workflow.createRun({ task })).run!;
    const waits = async () => (await workflow.getRun({ runId })).run;
    const held = { state: RunState.WAITING, waitReason: WaitReason.QUOTA };
    await expect.poll(waits, { timeout: 10_000 }).toMatchObject(held);
    const { waitUntil } = (await waits())!;
    await system.kill("gateway");
    await system.restart("gateway");
    const events: Event[] = [];
    for await (const { message } of workflow.watchRun({ runId }, { timeoutMs: 60_000 }))
      if (message.case === "event") events.push(message.value);
    expect((await waits())?.outcome).toBe(Outcome.PASSED);
    const ofPlan = events.filter(({ stepId, body }) => stepId === "plan" && body.case?.startsWith("step"));
    expect(ofPlan.map(({ body }) => body.case)).toEqual([
      "stepStarted",
      "stepRetrying",
      "stepStarted",
      "stepCompleted",
    ]);
    expect(timestampMs(ofPlan[2]!.time!)).toBeGreaterThanOrEqual(timestampMs(waitUntil!));
    expect(plans).toBe(2);
  });
});
