// Kept streams: read from any message, written by one process at a time, forgotten in time.
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { openStreamJournal } from "./stream-journal.ts";
import { tempFolder } from "./testing/temp-folder.ts";

function open() {
  const file = join(tempFolder(), "streams.db");
  const clock = manualClock();
  const now = () => clock.date().getTime();
  const another = () => {
    const journal = openStreamJournal(file, { clock });
    onTestFinished(() => journal.close());
    return journal;
  };
  return { clock, now, another, journal: another() };
}

const letters = (...all: string[]) => all.map((each) => Buffer.from(each));
const reasonOf = (work: () => void) => {
  try {
    work();
  } catch (error) {
    return failureOf(error)?.reason;
  }
  return undefined;
};

describe("stream journal", () => {
  it("gives messages from any number on, in pages, to other processes too", () => {
    const { journal, another, now } = open();
    const fence = journal.begin("s", "e1", "a", now() + 1000);
    for (const [at, bytes] of letters("x", "", "z").entries()) journal.append("s", fence, at + 1, bytes);
    const other = another();
    expect(other.read("s", 2, 10).map((bytes) => Buffer.from(bytes).toString())).toEqual(["", "z"]);
    expect(other.read("s", 1, 1)).toHaveLength(1);
    expect(other.find("s")).toEqual({ epoch: "e1", next: 4, end: undefined });
    journal.end("s", fence, Buffer.from("{}"));
    expect(Buffer.from(other.find("s")!.end!).toString()).toBe("{}");
    expect(other.find("t")).toBeUndefined();
  });

  it("lets nobody take a lease that holds, and fences the former holder when it has run out", async () => {
    const { journal, clock, now } = open();
    const first = journal.begin("s", "e1", "a", now() + 1000);
    expect(journal.lease("s", "b", now(), now() + 1000)).toBeUndefined();
    expect(journal.lease("s", "a", now(), now() + 2000)).toBe(first);
    await clock.advance(2000);
    const second = journal.lease("s", "b", now(), now() + 1000)!;
    expect(second).toBeGreaterThan(first);
    expect(reasonOf(() => journal.append("s", first, 1, Buffer.from("late")))).toBe(Reason.SUPERSEDED);
    expect(reasonOf(() => journal.end("s", first, new Uint8Array()))).toBe(Reason.SUPERSEDED);
    journal.append("s", second, 1, Buffer.from("new"));
    expect(journal.find("s")?.next).toBe(2);
  });

  it("takes nothing after the end, and no message twice", () => {
    const { journal, now } = open();
    const fence = journal.begin("s", "e1", "a", now() + 1000);
    journal.append("s", fence, 1, Buffer.from("x"));
    expect(() => journal.append("s", fence, 1, Buffer.from("y"))).toThrow();
    journal.end("s", fence, new Uint8Array());
    expect(reasonOf(() => journal.append("s", fence, 2, Buffer.from("z")))).toBe(Reason.SUPERSEDED);
  });

  it("forgets a stream a quarter of an hour after its last message, and stops when closed", async () => {
    const { journal, clock, now } = open();
    const fence = journal.begin("s", "e1", "a", now() + 1000);
    journal.append("s", fence, 1, Buffer.from("x"));
    await clock.advance(839_000);
    expect(journal.find("s")).toBeDefined();
    await clock.advance(121_000);
    expect(journal.find("s")).toBeUndefined();
    expect(journal.read("s", 1, 10)).toEqual([]);
    journal.close();
    expect(clock.pending).toBe(0);
  });
});
