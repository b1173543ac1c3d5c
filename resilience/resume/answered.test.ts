import { createContextValues, type HandlerContext } from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { answered, encoder } from "./answered.ts";
import type { Recording } from "./recording.ts";
import { numbered, StreamPlan } from "./testing.ts";

function opened(isRunning: boolean) {
  const reader = { next: vi.fn(() => encoder(StreamPlan)(numbered(1))), leave: vi.fn() };
  const answer = { header: new Headers({ who: "me" }), trailer: new Headers({ bye: "now" }) };
  const context = { responseHeader: new Headers(), responseTrailer: new Headers(), values: createContextValues() };
  const iterator = answered({
    method: StreamPlan,
    stream: { answer, isRunning, last: 7 } as unknown as Recording,
    reader,
    from: { epoch: "e", next: 3 },
    token: "t",
    context: context as unknown as HandlerContext,
  });
  return { reader, context, iterator };
}

describe("an answer that is read from a recording", () => {
  it("says which stream it is before it is read, and what its maker says with the first message", async () => {
    const { context, iterator } = opened(true);
    const own = { "synapse-stream": "t", "synapse-epoch": "e", "synapse-first-seq": "3" };
    expect(Object.fromEntries(context.responseHeader)).toEqual(own);
    await iterator.next();
    expect(Object.fromEntries(context.responseHeader)).toEqual({ ...own, who: "me" });
  });

  it("leaves the recording once when it is left, and says nothing of an end that is not there", async () => {
    const { reader, context, iterator } = opened(true);
    await iterator.next();
    await iterator.return?.();
    await iterator.return?.();
    expect(reader.leave).toHaveBeenCalledOnce();
    expect(await iterator.next()).toMatchObject({ done: true });
    expect([...context.responseTrailer]).toEqual([]);
  });

  it("says how far the stream went when that has ended", async () => {
    const { context, iterator } = opened(false);
    await iterator.return?.();
    expect(Object.fromEntries(context.responseTrailer)).toEqual({ bye: "now", "synapse-final-seq": "7" });
  });
});
