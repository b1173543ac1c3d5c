// Real processes, really killed: whatever was done stays done, and the run comes to the same end.
import { describe, expect, it } from "vitest";
import { seeded } from "#core/rng.ts";
import { RunState } from "#gen/synapse/v1/run_pb.ts";
import { type Child, child } from "#store/testing/child.ts";
import { tempFolder } from "#store/testing/temp-folder.ts";
import { sqliteEngine } from "./sqlite.ts";
import { type Gateway, gateway } from "./testing/gateway.ts";
import { repaired, repairWorkflow } from "./testing/repair-workflow.ts";

const script = new URL("./testing/crash-child.ts", import.meta.url);

async function killAt(process_: Child, line: string | RegExp): Promise<void> {
  for (;;) if ((await process_.line()).match(line)) break;
  await process_.kill();
}

/** Opens what a killed process left, and counts what runs from here on. */
function survivor(dir: string): { g: Gateway; id: string; attempts: Record<string, number> } {
  const attempts: Record<string, number> = {};
  const workflow = repairWorkflow((stepId) => {
    attempts[stepId] = (attempts[stepId] ?? 0) + 1;
  });
  const g = gateway(sqliteEngine, workflow, { dir });
  const id = g.store.runs.list().runs[0]!.runId;
  g.engine.resume();
  return { g, id, attempts };
}

const rest = { code: 1, execute: 1, "code-2": 1, "execute-2": 1 };

describe("kill -9", () => {
  it("in a step: only that step runs again", async () => {
    const dir = tempFolder();
    await killAt(child(script, dir, "t", "research"), "in research");
    const { g, id, attempts } = survivor(dir);
    expect(await g.ended(id)).toMatchObject({ state: RunState.COMPLETED, explanation: repaired });
    expect(attempts).toEqual({ research: 1, ...rest });
    expect(g.log(id)).toContain("research.1 stepRetrying");
  });

  it("after an early decision: it is kept", async () => {
    const dir = tempFolder();
    await killAt(child(script, dir, "approval", "research", "decide"), "in research");
    const { g, id, attempts } = survivor(dir);
    expect(await g.ended(id)).toMatchObject({ explanation: repaired });
    expect(attempts).toEqual({ research: 1, ...rest });
  });

  it("while waiting for a decision: it can be made afterwards", async () => {
    const dir = tempFolder();
    await killAt(child(script, dir, "approval", "none"), "runWaiting");
    const { g, id, attempts } = survivor(dir);
    expect(g.engine.decide(id, "ship", { approved: true, note: "" })).toBe(true);
    expect(await g.ended(id)).toMatchObject({ explanation: repaired });
    expect(attempts).toEqual(rest);
  });

  it("right after a cancel: the run is cancelled and nothing runs", async () => {
    const dir = tempFolder();
    await killAt(child(script, dir, "t", "research", "cancel"), "in research");
    const { g, id, attempts } = survivor(dir);
    expect((await g.ended(id)).state).toBe(RunState.CANCELED);
    expect(attempts).toEqual({});
    expect(g.log(id).slice(-3)).toEqual(["runCanceling", "research.1 stepCanceled", "runCanceled"]);
  });

  it("at any moment, again and again: the same end, each step completed once, no seq missing", async () => {
    const seed = 7;
    const rng = seeded(seed);
    const dir = tempFolder();
    for (let kills = 0, from = 2; kills < 6; kills++) {
      from += 1 + Math.floor(rng.float() * 5);
      await killAt(child(script, dir, "t", "slow"), new RegExp(`^(${from} |\\d+ runCompleted)`));
    }
    const { g, id } = survivor(dir);
    expect(await g.ended(id), `seed ${seed}`).toMatchObject({ explanation: repaired });
    expect(g.log(id).filter((line) => line === "runResumed").length, `seed ${seed}`).toBeGreaterThan(4);
    const completed = g.log(id).filter((line) => line.endsWith("stepCompleted"));
    expect(completed.map((line) => line.replace(/\..*/, ""))).toEqual(["plan", "research", ...Object.keys(rest)]);
    expect(g.store.events.read(id, 0n, 1000).map((event) => Number(event.seq))).toEqual(g.log(id).map((_, i) => i + 1));
  });
});
