import { describe, expect, it, vi } from "vitest";
import type { StreamResponse } from "#core/call.ts";
import { begunStream } from "./begun-stream.ts";

function opened(messages: AsyncIterable<number>) {
  const done = vi.fn();
  const failed = vi.fn((error: unknown) => new Error("shown", { cause: error }));
  return { done, failed, begun: begunStream({ stream: true, message: messages } as never, done, failed) };
}

/** The numbers up to 3, or to where it breaks. */
async function* numbers(breaksAt = Number.POSITIVE_INFINITY) {
  for (const n of [1, 2, 3]) {
    if (n === breaksAt) throw new Error("broken");
    yield n;
  }
}

const iterator = async (begun: ReturnType<typeof begunStream>) =>
  ((await begun) as StreamResponse).message[Symbol.asyncIterator]();

describe("a stream of which the first message is there", () => {
  it("gives all messages, and tells of its good end once", async () => {
    const { begun, done, failed } = opened(numbers());
    const reading = await iterator(begun);
    const got = [];
    for (let result = await reading.next(); !result.done; result = await reading.next()) got.push(result.value);
    await reading.next();
    expect(got).toEqual([1, 2, 3]);
    expect(done).toHaveBeenCalledOnce();
    expect(failed).not.toHaveBeenCalled();
  });

  it("is a call that failed when there is none, and fails as its reader is to see it later", async () => {
    const first = opened(numbers(1));
    await expect(first.begun).rejects.toThrow("broken");
    expect(first.failed).not.toHaveBeenCalled();

    const later = opened(numbers(3));
    const reading = await iterator(later.begun);
    await reading.next();
    await reading.next();
    await expect(reading.next()).rejects.toThrow("shown");
    expect(later.failed).toHaveBeenCalledOnce();
    expect(later.done).not.toHaveBeenCalled();
  });

  it("that is left proves nothing, whatever comes of it later", async () => {
    const { begun, done, failed } = opened(numbers());
    const reading = await iterator(begun);
    await reading.return?.();
    expect(await reading.next()).toMatchObject({ done: true });
    expect(done).not.toHaveBeenCalled();
    expect(failed).not.toHaveBeenCalled();
  });
});
