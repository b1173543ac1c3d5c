import { describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { Reason } from "#core/failure.ts";
import { systemRng } from "#core/rng.ts";
import { sqliteEngine } from "#durable/sqlite.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { RunState, StepState } from "#gen/synapse/v1/run_pb.ts";
import { tempStore } from "#store/testing/temp-store.ts";
import { codeWorkflow } from "./code.ts";
import { agents, type Script } from "./testing/agents.ts";

/** Takes a run to its end; gives it with its steps in order and what was asked of the agents. */
async function ran(script: Script, files: { path: string; content: string }[] = []) {
  const { clients, asked, reviews, researched } = agents(script);
  const { store: opened } = tempStore();
  const workflow = codeWorkflow({ agents: clients, store: opened });
  const engine = sqliteEngine({ store: opened, workflow, clock: systemClock, rng: systemRng });
  const { run } = opened.runs.create({ task: "a task", workflow: "code", files });
  engine.start(run.runId);
  for await (const _ of opened.events.watch(run.runId, 0n)) void _;
  await engine.close();
  const ended = opened.runs.get(run.runId)!;
  const text = (name: string) => Buffer.from(opened.artifacts.get(run.runId, name)?.content ?? "").toString();
  return { run: ended, steps: ended.steps.map((step) => step.stepId), asked, reviews, researched, text };
}

describe("the code workflow", () => {
  it("passes at once: no repair, the files and the output are published", async () => {
    const { run, steps, asked, text } = await ran({ code: ["good"], fails: {} });
    expect(run).toMatchObject({ state: RunState.COMPLETED, outcome: Outcome.PASSED, argv: ["node", "main.mjs"] });
    expect(steps).toEqual(["plan", "research", "code", "tests", "execute"]);
    expect(asked[0]?.files).toEqual([]);
    expect(text("files/main.mjs")).toBe("good");
    expect(text("output.txt")).toBe("ran good");
  });

  it("shows the files the user gave to who researches and to who codes", async () => {
    const { asked, researched } = await ran({ code: ["good"], fails: {} }, [{ path: "data.csv", content: "a,b" }]);
    for (const { files } of [researched[0]!, asked[0]!])
      expect(files).toMatchObject([{ path: "data.csv", content: "a,b" }]);
  });

  it("skips research when the plan asks nothing", async () => {
    const { run, steps } = await ran({ code: ["good"], fails: {}, questions: [] });
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(run.steps.find((step) => step.stepId === "research")?.state).toBe(StepState.SKIPPED);
    expect(steps).toContain("code");
  });

  it("repairs: the coder gets the failure, its last code and the tests, and passes", async () => {
    const { run, steps, asked } = await ran({ code: ["bad", "good"], fails: { bad: "s1" } });
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(steps.slice(-2)).toEqual(["code-2", "execute-2"]);
    expect(asked[1]?.failure).toMatchObject({ round: 1, advice: "", execution: { explanation: "2 failed" } });
    expect(asked[1]?.files.map((file) => file.path)).toEqual(["main.mjs", "main.test.mjs"]);
  });

  it("asks the reviewer when the same failure comes twice, and hands the advice on", async () => {
    const { run, steps, asked } = await ran({
      code: ["bad", "bad again", "good"],
      fails: { bad: "s1", "bad again": "s1" },
    });
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(steps).toContain("review-2");
    expect(asked[2]?.failure?.advice).toBe("main.mjs:3 off by one");
  });

  it("stops when the same failure comes a third time, not passed and with the best round's files", async () => {
    const { run, asked, text } = await ran({ code: ["bad"], fails: { bad: "s1" } });
    expect(run).toMatchObject({ state: RunState.COMPLETED, outcome: Outcome.NOT_PASSED });
    expect(run.explanation).toContain("the same failure came back a third time");
    expect(asked).toHaveLength(3);
    expect(text("files/main.mjs")).toBe("bad");
  });

  it("stops after three repairs that each fail in another way", async () => {
    const { run, asked } = await ran({ code: ["a", "b", "c", "d"], fails: { a: "1", b: "2", c: "3", d: "4" } });
    expect(run.outcome).toBe(Outcome.NOT_PASSED);
    expect(asked).toHaveLength(4);
    expect(run.explanation).toContain("3 repairs did not help");
  });

  it("ends, not passed, when the engine has nothing better to offer", async () => {
    const { run } = await ran({ code: ["bad", "cannot"], fails: { bad: "s1" } });
    expect(run).toMatchObject({ state: RunState.COMPLETED, outcome: Outcome.NOT_PASSED });
    expect(run.explanation).toContain("no other version");
  });

  it("fails when the engine cannot do the task at all", async () => {
    const { run } = await ran({ code: ["cannot"], fails: {} });
    expect(run).toMatchObject({ state: RunState.FAILED, failure: { reason: Reason.ENGINE_CANNOT } });
  });

  it("does not count code that changes its own tests as passing", async () => {
    const extra = { path: "main.test.mjs", content: "no tests" };
    const { run } = await ran({ code: ["good"], fails: {}, extra });
    expect(run.outcome).toBe(Outcome.NOT_PASSED);
    expect(run.explanation).toContain("changes its own tests (main.test.mjs)");
  });
});
