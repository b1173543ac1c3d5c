// The store's folder: one process at a time, private, and plain words when something is wrong with it.
import { readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { failureOf, messageOf, Reason } from "#core/failure.ts";
import { isStorageFailure } from "./sqlite-failure.ts";
import { openStore } from "./store.ts";
import { child } from "./testing/child.ts";
import { tempFolder } from "./testing/temp-folder.ts";
import { tempStore } from "./testing/temp-store.ts";

const script = new URL("./testing/open-store.ts", import.meta.url);

function failureFrom(work: () => unknown): { reason: Reason | undefined; message: string; storage: boolean } {
  try {
    work();
    return { reason: undefined, message: "", storage: false };
  } catch (error) {
    return { reason: failureOf(error)?.reason, message: messageOf(error), storage: isStorageFailure(error) };
  }
}

describe("store", () => {
  it("refuses a second process and tells it who has the folder", async () => {
    const dir = tempFolder();
    openStore(dir).close();
    const { store } = tempStore(dir);
    store.announce("http://127.0.0.1:8000");
    const second = child(script, dir);
    expect(JSON.parse(await second.line())).toEqual({
      reason: Reason.CONFLICT,
      message: `${join(dir, "gateway.db")} is in use by process ${process.pid} (http://127.0.0.1:8000): stop it, or set SYNAPSE_DATA_DIR to another folder`,
    });
    expect(store.runs.create({ task: "still ours" }).created).toBe(true);
  });

  it("refuses a second store in the same process without harm to the first", async () => {
    const { dir, store } = tempStore();
    expect(failureFrom(() => openStore(dir)).message).toContain(`in use by process ${process.pid}:`);
    expect(JSON.parse(await child(script, dir).line()).reason).toBe(Reason.CONFLICT);
    store.runs.create({ task: "still ours" });
  });

  it("is free again the moment its process is killed", async () => {
    const dir = tempFolder();
    const first = child(script, dir, "http://127.0.0.1:8000");
    const { pid } = JSON.parse(await first.line());
    expect(failureFrom(() => openStore(dir)).message).toContain(`process ${pid} (http://127.0.0.1:8000)`);
    await first.kill();
    openStore(dir).close();
  });

  it("shows its files to its owner alone", () => {
    const dir = join(tempFolder(), "data");
    const store = openStore(dir);
    store.announce("http://127.0.0.1:8000");
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    const files = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map((file) => file.name)).toEqual(expect.arrayContaining(["gateway.db", "gateway.db-wal"]));
    for (const file of files) expect(statSync(join(dir, file.name)).mode & 0o777, file.name).toBe(0o600);
    store.close();
    expect(readdirSync(dir)).toEqual(["artifacts", "gateway.db"]);
  });

  it("undoes what a full disk cut short and goes on when there is space again", () => {
    const { store } = tempStore();
    const { runId } = store.runs.create({ task: "before" }).run;
    store.db.exec("PRAGMA max_page_count = 20");
    const text = "x".repeat(200_000);
    const full = failureFrom(() => store.events.append(runId, { body: { case: "outputDelta", value: { text } } }));
    expect(full).toMatchObject({ reason: Reason.TOO_LARGE, storage: true });
    expect(full.message).toMatch(/no space is left for .*gateway\.db/);
    expect(store.runs.get(runId)?.lastSeq).toBe(1n);

    store.db.exec("PRAGMA max_page_count = 1000000");
    store.events.append(runId, { body: { case: "outputDelta", value: { text } } });
    expect(store.events.read(runId, 0n).map((event) => event.seq)).toEqual([1n, 2n]);
  });

  it("says so when the file is damaged", () => {
    const dir = tempFolder();
    writeFileSync(join(dir, "gateway.db"), "this is no database, it is a text of some length".repeat(100));
    const { reason, message } = failureFrom(() => openStore(dir));
    expect(reason).toBe(Reason.INTERNAL);
    expect(message).toMatch(/gateway\.db is damaged: put a backup in its place/);
  });

  it("says so when the file is cut off", () => {
    const { dir, store } = tempStore();
    for (let i = 0; i < 50; i++) store.runs.create({ task: "x".repeat(10_000) });
    store.close();
    truncateSync(join(dir, "gateway.db"), 64 * 1024);
    const { message } = failureFrom(() => openStore(dir).runs.list());
    expect(message).toMatch(/gateway\.db is damaged/);
  });

  it("refuses the file of a later version and a folder it cannot make", () => {
    const { dir, store } = tempStore();
    store.close();
    const db = new DatabaseSync(join(dir, "gateway.db"));
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(failureFrom(() => openStore(dir)).message).toContain("was written by a later version of synapse (schema 99");

    const file = join(tempFolder(), "file");
    writeFileSync(file, "");
    expect(failureFrom(() => openStore(join(file, "data"))).message).toContain("cannot be made (ENOTDIR)");
  });

  it("closes twice without harm and is then gone", () => {
    const { store } = tempStore();
    store.close();
    store.close();
    expect(failureFrom(() => store.runs.list())).toMatchObject({ reason: Reason.DRAINING, storage: true });
  });
});
