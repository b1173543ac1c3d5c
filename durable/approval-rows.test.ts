// Approvals that an earlier version of Synapse wrote down are read, waited for and decided by this one.
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { ApprovalState, RunState } from "#gen/synapse/v1/run_pb.ts";
import { sqliteEngine } from "./sqlite.ts";
import { gateway } from "./testing/gateway.ts";

/** What schema 1 kept of approvals. */
const tableOf1 = `
  DROP TABLE approval;
  CREATE TABLE approval (
    run_id TEXT NOT NULL REFERENCES run (id), name TEXT NOT NULL,
    until INTEGER, approved INTEGER, note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, name)
  ) WITHOUT ROWID;
  PRAGMA user_version = 1`;

describe("approvals of schema 1", () => {
  it("stay as they were: the decided one is obeyed, the open one is waited for", async () => {
    const clock = manualClock();
    const g = gateway(
      sqliteEngine,
      async (flow) => {
        const decided = await flow.approval("decided", { expiresMs: 1000 });
        const open = await flow.approval("open", { expiresMs: 1000 });
        return { explanation: [decided, open].map(({ approved, note }) => `${approved} ${note}`).join() };
      },
      { clock },
    );
    const id = g.store.runs.create({ task: "of the version before" }).run.runId;
    const until = clock.date().getTime() + 60_000;
    g.store.db.exec(tableOf1);
    const insert = g.store.db.statement("INSERT INTO approval VALUES (?, ?, ?, ?, ?)");
    insert.run(id, "decided", until, 1, "yes");
    insert.run(id, "open", until, null, "");
    g.crash();
    g.boot();
    await clock.advance(0);
    expect(g.store.runs.get(id)?.state).toBe(RunState.WAITING);
    expect(g.engine.approval(id, "open")).toMatchObject({ state: ApprovalState.OPEN, version: 1, prompt: "" });
    expect(g.engine.decide(id, "open", { approved: false, note: "no", expectedVersion: 1 })).toBe(true);
    await clock.advance(0);
    expect(g.store.runs.get(id)).toMatchObject({ state: RunState.COMPLETED, explanation: "true yes,false no" });
    expect(g.store.db.statement("PRAGMA user_version").get()).toEqual({ user_version: 2 });
  });
});
