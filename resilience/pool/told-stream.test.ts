import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { ToldStream } from "./told-stream.ts";

/** A stream of three numbers, or of one and an error. */
function told(error?: Error) {
  const heard: string[] = [];
  async function* numbers() {
    try {
      yield 1;
      if (error) throw error;
      yield 2;
      yield 3;
    } finally {
      heard.push("closed");
    }
  }
  const leaving = new AbortController();
  const stream = new ToldStream(numbers(), leaving.signal, {
    began: () => heard.push("began"),
    succeeded: () => heard.push("succeeded"),
    failed: (reason) => {
      heard.push("failed");
      return new Error("shown", { cause: reason });
    },
    left: () => heard.push("left"),
  });
  const listeners = () => getEventListeners(leaving.signal, "abort").length;
  return { stream, heard, leaving, listeners };
}

describe("told stream", () => {
  it("tells of the first message and of the end, once, also when it is left after that", async () => {
    const { stream, heard, listeners } = told();
    expect(await Array.fromAsync(stream)).toEqual([1, 2, 3]);
    await stream.return();
    await stream.next();
    expect(heard).toEqual(["began", "closed", "succeeded"]);
    expect(listeners()).toBe(0);
  });

  it("throws what its failure is told as", async () => {
    const cause = new Error("broken");
    const { stream, heard, listeners } = told(cause);
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ message: "shown", cause });
    expect(heard).toEqual(["began", "closed", "failed"]);
    expect(listeners()).toBe(0);
  });

  it("is left by a break, which closes what is beneath", async () => {
    const { stream, heard, listeners } = told();
    for await (const _ of stream) break;
    expect(heard).toEqual(["began", "left", "closed"]);
    expect(listeners()).toBe(0);
  });

  it("ends at once with a signal that had aborted before", () => {
    const heard: unknown[] = [];
    const end = { began() {}, succeeded() {}, left() {}, failed: (reason: unknown) => heard.push(reason) };
    const stream = new ToldStream((async function* () {})(), AbortSignal.abort("gone"), end);
    expect(stream[Symbol.asyncIterator]()).toBe(stream);
    expect(heard).toEqual(["gone"]);
  });

  it("ends with its signal, whether or not somebody reads on", async () => {
    const { stream, heard, leaving } = told();
    await stream.next();
    leaving.abort();
    leaving.abort();
    expect(heard).toEqual(["began", "failed"]);
    await stream.return();
    expect(heard).toEqual(["began", "failed", "closed"]);
  });
});
