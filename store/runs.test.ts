// The index of runs: what was asked is kept, the same key gives the same run, and pages hold still.
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { RunState } from "#gen/synapse/v1/run_pb.ts";
import { CreateRunRequestSchema } from "#gen/synapse/v1/workflow_pb.ts";
import type { ListRuns, Runs } from "./runs.ts";
import { openStore } from "./store.ts";
import { tempStore } from "./testing/temp-store.ts";

const request = { task: "sort a list", workflow: "code", files: [{ path: "a.txt", content: "b" }] };

function reasonFor(work: () => unknown): Reason | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** All pages of a list, as tasks. */
function pages(runs: Runs, page: ListRuns): string[][] {
  const all: string[][] = [];
  for (let pageToken = ""; all.length === 0 || pageToken !== ""; ) {
    const { runs: shown, nextPageToken } = runs.list({ ...page, pageToken });
    all.push(shown.map((run) => run.task));
    pageToken = nextPageToken;
  }
  return all;
}

describe("runs", () => {
  it("writes a run, its input and run.created, and finds them after a restart", () => {
    const { dir, store } = tempStore();
    const { run, created } = store.runs.create(request);
    expect([created, run.state, run.lastSeq, run.task]).toEqual([true, RunState.PENDING, 1n, "sort a list"]);
    store.close();

    const again = openStore(dir);
    expect(again.runs.get(run.runId)).toEqual(run);
    expect(again.runs.input(run.runId)).toEqual(create(CreateRunRequestSchema, request));
    expect(again.events.read(run.runId, 0n).map((event) => event.body.case)).toEqual(["runCreated"]);
    again.close();
  });

  it("gives the same run for the same key and request", () => {
    const { store } = tempStore();
    const first = store.runs.create({ ...request, idempotencyKey: "k" });
    store.events.append(first.run.runId, { body: { case: "runStarted", value: {} } });
    const second = store.runs.create({ ...request, idempotencyKey: "k" });
    expect(second).toMatchObject({ created: false, run: { runId: first.run.runId, state: RunState.RUNNING } });
    expect(store.runs.create({ ...request, idempotencyKey: "l" }).created).toBe(true);
    expect(store.runs.create(request).created).toBe(true);
    expect(store.runs.list().runs).toHaveLength(3);
  });

  it.each([{ task: "other" }, { workflow: "" }, { files: [] }])("refuses the same key with %o", (change) => {
    const { store } = tempStore();
    store.runs.create({ ...request, idempotencyKey: "k" });
    const reason = reasonFor(() => store.runs.create({ ...request, ...change, idempotencyKey: "k" }));
    expect(reason).toBe(Reason.IDEMPOTENCY_MISMATCH);
    expect(store.runs.list().runs).toHaveLength(1);
  });

  it("takes an id once", () => {
    const { store } = tempStore();
    expect(store.runs.create({ ...request, runId: "mine" }).run.runId).toBe("mine");
    expect(reasonFor(() => store.runs.create({ ...request, runId: "mine" }))).toBe(Reason.CONFLICT);
  });

  it("lists page by page, newest first, without being moved by newer runs", () => {
    const { store } = tempStore();
    for (const task of ["1", "2", "3", "4", "5"]) store.runs.create({ task });
    expect(pages(store.runs, { pageSize: 2 })).toEqual([["5", "4"], ["3", "2"], ["1"]]);
    expect(pages(store.runs, { pageSize: 5 })).toEqual([["5", "4", "3", "2", "1"]]);
    const { nextPageToken } = store.runs.list({ pageSize: 2 });
    store.runs.create({ task: "6" });
    expect(store.runs.list({ pageSize: 2, pageToken: nextPageToken }).runs.map((run) => run.task)).toEqual(["3", "2"]);
  });

  it("lists one state, and which runs are open", () => {
    const { store } = tempStore();
    const ids = ["1", "2", "3", "4"].map((task) => store.runs.create({ task }).run.runId);
    for (const id of [ids[0]!, ids[2]!]) store.events.append(id, { body: { case: "runCanceled", value: {} } });
    expect(pages(store.runs, { state: RunState.CANCELED, pageSize: 1 })).toEqual([["3"], ["1"]]);
    expect(pages(store.runs, { state: RunState.PENDING })).toEqual([["4", "2"]]);
    expect(pages(store.runs, { state: RunState.FAILED })).toEqual([[]]);
    expect(store.runs.open()).toEqual([ids[1], ids[3]]);
  });

  it.each(["x", "1", "cnVuOjA", "cnVuOjE=", Buffer.from("run:-1").toString("base64url")])(
    "refuses the page token %s",
    (pageToken) => {
      const { store } = tempStore();
      expect(reasonFor(() => store.runs.list({ pageToken }))).toBe(Reason.INVALID_INPUT);
    },
  );

  it("shows 50 runs when nothing is said and never more than 500", () => {
    const { store } = tempStore();
    store.transaction(() => {
      for (let i = 0; i < 501; i++) store.runs.create({ task: `${i}` });
    });
    expect(store.runs.list().runs).toHaveLength(50);
    expect(store.runs.list({ pageSize: 1000 }).runs).toHaveLength(500);
  });
});
