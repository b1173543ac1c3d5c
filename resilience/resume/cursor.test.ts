import { describe, expect, it } from "vitest";
import { answer, arrive, beginning, type Cursor, isWhole, returning } from "./cursor.ts";

const header = (token: string, epoch: string, first?: number) =>
  new Headers({
    "synapse-stream": token,
    "synapse-epoch": epoch,
    ...(first === undefined ? {} : { "synapse-first-seq": String(first) }),
  });
const ended = (final?: number) => new Headers(final === undefined ? {} : { "synapse-final-seq": String(final) });

/** What of so many messages is new to it. */
function newOf(count: number, from: Cursor): { news: boolean[]; cursor: Cursor } {
  let cursor = from;
  const news = Array.from({ length: count }, () => {
    const arrived = arrive(cursor);
    cursor = arrived.cursor;
    return arrived.isNew;
  });
  return { news, cursor };
}

const answered = (from: Cursor, headers: Headers): Cursor => {
  const cursor = answer(from, headers);
  if (typeof cursor === "string") throw new Error(cursor);
  return cursor;
};

describe("cursor", () => {
  it("begins at the beginning, or where a reader was that went away", () => {
    expect(beginning()).toEqual({ token: undefined, epoch: undefined, next: 1, at: 1 });
    expect(beginning(5)).toEqual({ token: undefined, epoch: undefined, next: 5, at: 1 });
    expect(returning("t", { epoch: "e", next: 5 })).toEqual({ token: "t", epoch: "e", next: 5, at: 5 });
  });

  it("learns the stream's name from the first answer", () => {
    expect(answer(beginning(), header("t", "e", 1))).toEqual({ token: "t", epoch: "e", next: 1, at: 1 });
  });

  it("keeps its name when a later answer does not say it", () => {
    const later = new Headers({ "synapse-epoch": "e", "synapse-first-seq": "5" });
    expect(answer(returning("t", { epoch: "e", next: 5 }), later)).toMatchObject({ token: "t", at: 5 });
  });

  it("takes an answer without numbers for one from the beginning: all that is known comes again and is not new", () => {
    const cursor = answered(beginning(3), new Headers());
    expect(cursor).toEqual({ token: undefined, epoch: undefined, next: 3, at: 1 });
    expect(newOf(4, cursor).news).toEqual([false, false, true, true]);
  });

  it("skips what it has when an answer begins earlier", () => {
    const { news, cursor } = newOf(3, answered(returning("t", { epoch: "e", next: 5 }), header("t", "e", 4)));
    expect(news).toEqual([false, true, true]);
    expect(cursor).toMatchObject({ next: 7, at: 7 });
  });

  it.each([
    ["of another run of numbers", header("t", "f", 5), "lost"],
    ["without a run of numbers", new Headers(), "lost"],
    ["that begins too late", header("t", "e", 6), "gap"],
  ])("does not go on with an answer %s", (_, headers, expected) =>
    expect(answer(returning("t", { epoch: "e", next: 5 }), headers)).toBe(expected),
  );

  it("is whole when the last message came that the server made, or when the server says nothing of it", () => {
    const { cursor } = newOf(3, beginning());
    expect([2, 3, 4, undefined].map((final) => isWhole(cursor, ended(final)))).toEqual([false, true, false, true]);
  });
});
