// Random workflows on a process that dies at random moments come to the same end as on one that does not.
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { type Rng, seeded } from "#core/rng.ts";
import { isEnded } from "#store/projection.ts";
import { isStorageFailure } from "#store/sqlite-failure.ts";
import type { Store } from "#store/store.ts";
import { sqliteEngine } from "./sqlite.ts";
import { type EngineFactory, type Gateway, gateway } from "./testing/gateway.ts";
import { randomWorkflow } from "./testing/random-workflow.ts";

/** A store whose process dies at its `last` event: before it is written, or after it but before its transaction is. */
function mortal(store: Store, last: number, before: boolean): Store {
  let count = 0;
  const append: Store["events"]["append"] = (runId, entry) => {
    if (++count === last && before) store.close();
    const event = store.events.append(runId, entry);
    if (count === last && !before) store.close();
    return event;
  };
  return { ...store, events: { ...store.events, append } };
}

/** A process may die in its first words too. */
function survive(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isStorageFailure(error)) throw error;
  }
}

/** Lets the time pass until the run has ended, booting again after every crash. */
async function live(g: Gateway, id: string, advance: (ms: number) => Promise<void>): Promise<number> {
  for (let crashes = 0, turns = 0; ; turns++) {
    if (turns > 10_000) throw new Error("the run does not come to its end");
    await advance(100);
    if (!g.store.db.isOpen) {
      crashes++;
      await g.engine.close();
      survive(() => g.boot());
    } else if (isEnded(g.store.runs.get(id)!.state)) return crashes;
  }
}

/** The numbers of a step's events of one kind. */
function attemptsOf(log: string[], stepId: string, kind: string): number[] {
  const line = new RegExp(`^${stepId}\\.(\\d+) ${kind}$`);
  return log.flatMap((text) => line.exec(text)?.[1] ?? []).map(Number);
}

function checkSteps(log: string[], stepIds: string[], why: string): void {
  for (const stepId of stepIds) {
    const started = attemptsOf(log, stepId, "stepStarted");
    const ends = [...attemptsOf(log, stepId, "stepCompleted"), ...attemptsOf(log, stepId, "stepFailed")];
    expect(started, why).toEqual(started.map((_, i) => i + 1));
    expect(ends, why).toEqual([started.length]);
    expect(attemptsOf(log, stepId, "stepRetrying"), why).toEqual(started.slice(0, -1));
  }
}

async function trial(seed: number): Promise<number> {
  const rng: Rng = seeded(seed);
  const clock = manualClock();
  const why = `seed ${seed}`;
  const finished = new Set<string>();
  const { workflow, parts, expected } = randomWorkflow(rng, (stepId) => expect(finished, why).not.toContain(stepId));
  // The first processes die, the last one lives.
  const lives = Array.from({ length: 5 }, () => ({
    last: 1 + Math.floor(rng.float() * 12),
    before: rng.float() < 0.5,
  }));
  const factory: EngineFactory = (parts) => {
    // What the end of a process leaves does not depend on fsync, and the disk has other tests to serve.
    parts.store.db.exec("PRAGMA synchronous = OFF");
    const { last, before } = lives.shift() ?? { last: -1, before: true };
    return sqliteEngine({ ...parts, store: mortal(parts.store, last, before), graceMs: 0 });
  };
  const g = gateway(factory, workflow, { clock });
  const { runId } = g.store.runs.create({ task: why }).run;
  survive(() => g.engine.start(runId));
  const crashes = await live(g, runId, async (ms) => {
    await clock.advance(ms);
    if (!g.store.db.isOpen) return;
    for (const { stepId, ended } of g.store.runs.get(runId)!.steps) if (ended !== undefined) finished.add(stepId);
  });

  const events = g.store.events.read(runId, 0n, 10_000);
  expect(g.store.runs.get(runId), why).toMatchObject({ explanation: expected });
  expect(
    events.map(({ seq }) => Number(seq)),
    why,
  ).toEqual(events.map((_, i) => i + 1));
  const stepIds = parts.flatMap((part) => (part.kind === "steps" ? part.steps.map(({ name }) => name) : []));
  checkSteps(g.log(runId), stepIds, why);
  const said = events.flatMap(({ body }) => (body.case === "repairRound" ? body.value.strategy : []));
  expect(said, why).toEqual(parts.flatMap((part) => (part.kind === "emit" ? part.name : [])));
  await g.engine.close();
  expect(clock.pending, why).toBe(0);
  return crashes;
}

describe("random workflows", () => {
  it("come to their end, each step finished once, however often the process dies", async () => {
    const first = 1000;
    let crashes = 0;
    for (let seed = first; seed < first + 40; seed++) crashes += await trial(seed);
    expect(crashes).toBeGreaterThan(80);
  });
});
