// Some runs on one gateway that dies now and then and comes back, until all of them have ended.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Clock, systemClock } from "#core/clock.ts";
import type { Rng } from "#core/rng.ts";
import type { Engine } from "#durable/flow.ts";
import { sqliteEngine } from "#durable/sqlite.ts";
import { codeWorkflow } from "#gateway/workflow/code.ts";
import { settled } from "#gateway/workflow/thinking.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { ApprovalState, type Run, RunState } from "#gen/synapse/v1/run_pb.ts";
import type { BudgetSchema } from "#gen/synapse/v1/usage_pb.ts";
import type { Happening } from "#resilience/happening.ts";
import { openStore, type Store } from "#store/store.ts";
import type { AgentsUnderTest } from "./agents.ts";

export interface Asked {
  name: string;
  task: string;
  budget: MessageInitShape<typeof BudgetSchema>;
}

export interface Ended extends Asked {
  run: Run;
  events: Event[];
}

export interface BatchOptions {
  dir: string;
  asked: readonly Asked[];
  agents: AgentsUnderTest;
  clock: Clock;
  rng: Rng;
  observe: (happening: Happening) => void;
}

interface Life {
  store: Store;
  engine: Engine;
  readonly isDead: boolean;
  died: Promise<void>;
  close(): Promise<void>;
}

export async function batch(options: BatchOptions): Promise<{ ended: Ended[]; deaths: number }> {
  const { asked, rng } = options;
  // After so many events; the last life is long enough.
  const spans = Array.from({ length: Math.floor(rng.float() * 4) }, () => 10 + Math.floor(rng.float() * 250));
  const deaths = spans.length;
  let life = born(options, spans.shift());
  const ids = asked.map(({ task, budget }) => life.store.runs.create({ task, workflow: "code", budget }).run.runId);
  survive(() => ids.forEach(life.engine.start));
  const stuck = Promise.withResolvers<never>();
  const callOff = systemClock.after(longestMs, () => stuck.reject(new Error(stillOpen(life.store, ids))));
  for (;;) {
    await Promise.race([life.died, allEnded(life.store, ids), stuck.promise]);
    if (!life.isDead) break;
    await life.close();
    life = born(options, spans.shift());
    survive(life.engine.resume);
    if (!life.isDead)
      survive(() => {
        for (const id of ids) answerOpen(life, id, rng);
      });
  }
  callOff();
  const ended = asked.map((each, at) => ({
    ...each,
    run: life.store.runs.get(ids[at]!)!,
    events: life.store.events.read(ids[at]!, 0n, 100_000),
  }));
  await life.close();
  return { ended, deaths };
}

/** A process may die in its first words too. */
function survive(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!/closed|not open/i.test(String(error))) throw error;
  }
}

/** No batch takes as long. */
const longestMs = 90_000;

/** What the runs that do not come to their end were at last. */
function stillOpen(store: Store, ids: readonly string[]): string {
  const runs = ids.map((id) => store.runs.get(id)!).filter(({ state }) => state < RunState.COMPLETED);
  const lines = runs.map(({ runId, task, state, waitReason }) => {
    const last = store.events.read(runId, 0n, 100_000).slice(-8);
    const words = last.map(({ stepId, attempt, body }) => `${stepId}.${attempt} ${body.case}`);
    return `${task}: state ${state}, waits for ${waitReason}, after ${words.join(", ")}`;
  });
  return `these runs do not end:\n${lines.join("\n")}`;
}

async function allEnded(store: Store, ids: readonly string[]): Promise<void> {
  await Promise.all(
    ids.map(async (id) => {
      for await (const _ of store.events.watch(id, 0n)) void _;
    }),
  );
}

/** A gateway that dies at its event `last`: from there on nothing is written, and all its connections break. */
function born({ dir, agents, clock, rng, observe }: BatchOptions, last = Number.POSITIVE_INFINITY): Life {
  const store = openStore(dir, { clock, rng });
  store.db.exec("PRAGMA synchronous = OFF");
  const death = new AbortController();
  const { promise: died, resolve } = Promise.withResolvers<void>();
  let count = 0;
  function die() {
    store.close();
    death.abort();
    resolve();
  }
  const append: Store["events"]["append"] = (runId, entry) => {
    if (++count === last) die();
    const event = store.events.append(runId, entry);
    if (entry.body.case === "approvalRequested") clock.after(20, () => survive(() => answerOpen(life, runId, rng)));
    return event;
  };
  const mortal: Store = { ...store, events: { ...store.events, append } };
  const callers = agents.callers({ signal: death.signal }, observe);
  const workflow = settled(codeWorkflow({ agents: callers, store: mortal, clock }), mortal, clock);
  const life: Life = {
    store,
    engine: sqliteEngine({ store: mortal, workflow, clock, rng, graceMs: 0 }),
    get isDead() {
      return death.signal.aborted;
    },
    died,
    async close() {
      await life.engine.close();
      store.close();
      await callers.close();
    },
  };
  return life;
}

/** Somebody who mostly says yes. */
function answerOpen({ store, engine }: Life, runId: string, rng: Rng): void {
  if (!store.db.isOpen) return;
  for (const { approvalId, state } of store.runs.get(runId)!.approvals) {
    if (state !== ApprovalState.OPEN) continue;
    engine.decide(runId, approvalId, { approved: rng.float() < 0.7, note: "", decidedBy: "kim" });
  }
}
