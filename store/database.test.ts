// Transactions: all or nothing, one within the other, and nobody hears of what was undone.
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "./database.ts";
import { tempFolder } from "./testing/temp-folder.ts";

function open() {
  const db = openDatabase(join(tempFolder(), "x.db"), {
    exclusive: true,
    synchronous: "FULL",
    busyMs: 0,
    busy: () => new Error("busy"),
    version: 1,
    schema: "CREATE TABLE IF NOT EXISTS t (v TEXT)",
  });
  onTestFinished(() => db.close());
  const insert = db.statement("INSERT INTO t VALUES (?)");
  const all = db.statement<{ v: string }>("SELECT v FROM t ORDER BY rowid");
  return { db, add: (v: string) => insert.run(v), all: () => all.all().map((row) => row.v) };
}

function thrower(): never {
  throw new Error("no");
}

describe("transaction", () => {
  it("keeps all or nothing", () => {
    const { db, add, all } = open();
    expect(() =>
      db.transaction(() => {
        add("a");
        thrower();
      }),
    ).toThrow("no");
    expect(all()).toEqual([]);
    expect(db.transaction(() => add("b"))).toBe(1);
    expect(all()).toEqual(["b"]);
  });

  it("undoes an inner one alone when the outer one goes on", () => {
    const { db, add, all } = open();
    const heard: string[] = [];
    const say = (word: string) => db.afterCommit(() => heard.push(word));
    db.transaction(() => {
      add("a");
      say("a");
      try {
        db.transaction(() => {
          add("b");
          say("b");
          thrower();
        });
      } catch {}
      db.transaction(() => {
        add("c");
        say("c");
      });
      expect(heard).toEqual([]);
    });
    expect(all()).toEqual(["a", "c"]);
    expect(heard).toEqual(["a", "c"]);
  });

  it("tells nobody of what was undone", () => {
    const { db, add } = open();
    const heard: string[] = [];
    expect(() =>
      db.transaction(() => {
        db.transaction(() => db.afterCommit(() => heard.push("inner")));
        thrower();
      }),
    ).toThrow("no");
    db.transaction(() => add("next"));
    expect(heard).toEqual([]);
  });

  it("refuses work that would end after it", () => {
    const { db, add, all } = open();
    expect(() =>
      db.transaction(async () => {
        add("a");
      }),
    ).toThrow("synchronous");
    expect(all()).toEqual([]);
  });
});
