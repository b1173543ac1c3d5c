import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { failure, failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { queue } from "#core/queue.ts";
import { durableWriter } from "./durable-writer.ts";
import { streamsKept } from "./journal-store.ts";
import type { Reader } from "./reader.ts";
import { type Recording, type RecordingOptions, recording } from "./recording.ts";
import { durableForTest } from "./testing-durable.ts";

/** A stream that is made of what is pushed. */
function opened(options: Partial<RecordingOptions> = {}, wait?: (what: string) => Promise<void>) {
  const clock = manualClock();
  const kept = streamsKept<Recording>(1 << 20);
  const journal = wait && durableForTest(wait);
  journal?.begin("s", "e", "me", clock.date().getTime() + 3000);
  const parts = { streamId: "s", owner: "me", fence: 1, leaseMs: 3000, clock };
  const writer = journal && durableWriter({ journal, ...parts, lost: (error) => stream.abort(error) });
  const limits = { maxMessages: 4, maxBytes: 1000, flowBytes: 200, whenFull: "pause" } as const;
  const stream: Recording = recording(
    { id: "s", epoch: "e", next: 1, kept, writer },
    { ...limits, graceMs: 60_000, keptMs: 300_000, clock, ...options },
  );
  kept.add("s", stream);
  const source = queue<Uint8Array>();
  stream.make(
    () => source,
    (bytes) => bytes,
  );
  const push = (...numbers: number[]) => {
    for (const n of numbers) source.push(Uint8Array.of(n));
    return clock.advance(0);
  };
  const read = (next: number, signal = new AbortController().signal) =>
    stream.read({ epoch: "e", next }, signal) as Reader;
  return { clock, kept, journal, stream, source, push, read };
}

describe("recording", () => {
  it("that is ended while a message is being stored has no such message", async () => {
    const storing = Promise.withResolvers<void>();
    const { stream, push, read, clock } = opened({}, (what) =>
      what === "append 2" ? storing.promise : Promise.resolve(),
    );
    await push(1, 2);
    stream.abandon(failure(Reason.DRAINING, "the process leaves"));
    storing.resolve();
    await clock.advance(0);
    expect(stream.last).toBe(1);
    const reader = read(1);
    expect(await reader.next()).toEqual(Uint8Array.of(1));
    await expect(Promise.resolve().then(() => reader.next())).rejects.toThrow("the process leaves");
  });

  it("goes on for a reader that came back in time", async () => {
    const { clock, stream, push, read } = opened();
    const first = read(1);
    await push(1);
    first.leave();
    await clock.advance(59_000);
    const second = read(2);
    await clock.advance(59_000);
    await push(2);
    expect(await second.next()).toEqual(Uint8Array.of(2));
    second.leave();
    await clock.advance(59_999);
    expect(stream.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(failureOf(stream.signal.reason)?.reason).toBe(Reason.PRODUCER_LOST);
  });

  it("goes on when a reader comes that has all there is", async () => {
    const { stream, push, read } = opened();
    read(1).leave();
    await push(1, 2, 3, 4, 5, 6);
    expect(stream.last).toBe(4);
    const reader = read(5);
    expect(await reader.next()).toEqual(Uint8Array.of(5));
  });

  it("keeps an ended stream for as long as it is being read", async () => {
    const { clock, kept, push, source, read } = opened();
    const reader = read(1);
    await push(1, 2);
    source.end();
    await clock.advance(400_000);
    expect(await reader.next()).toEqual(Uint8Array.of(1));
    expect(kept.size).toBe(1);
    reader.leave();
    await clock.advance(300_000);
    expect(kept.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it("is sent only when it is stored, to whoever waits and to whoever asks", async () => {
    const gate = Promise.withResolvers<void>();
    const { clock, push, read } = opened({}, () => gate.promise);
    const got: unknown[] = [];
    const reader = read(1);
    const ask = () => Promise.resolve(reader.next()).then((bytes) => got.push(bytes));
    await push(1);
    const asking = ask();
    await clock.advance(0);
    expect(got).toEqual([]);
    gate.resolve();
    await asking;
    await push(2);
    await ask();
    expect(got).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
  });

  it("gives nothing of what is stored to a reader that was superseded while it waited for the disk", async () => {
    const gate = Promise.withResolvers<void>();
    const onRead = async (what: string) => (what.startsWith("read") ? gate.promise : undefined);
    const { push, read } = opened({ flowBytes: 0 }, onRead);
    const { signal } = new AbortController();
    const first = read(1, signal);
    await push(1, 2, 3);
    for (const n of [1, 2, 3]) expect(await first.next()).toEqual(Uint8Array.of(n));
    await push(4);
    const second = read(1);
    const waiting = Promise.resolve(second.next()).catch((error) => failureOf(error)?.reason);
    await expect(Promise.resolve().then(() => first.next())).rejects.toThrow("one reader at a time");
    expect(getEventListeners(signal, "abort")).toEqual([]);
    const third = read(4);
    gate.resolve();
    expect(await waiting).toBe(Reason.SUPERSEDED);
    expect(await third.next()).toEqual(Uint8Array.of(4));
  });

  it("ends here when another process has taken its lease", async () => {
    const { clock, journal, stream, push } = opened({ graceMs: 1e6 }, async () => {});
    await push(1);
    await clock.advance(2000);
    expect(stream.signal.aborted).toBe(false);
    Object.assign(journal!.streams.get("s")!, { owner: "other", fence: 2, untilMs: Number.POSITIVE_INFINITY });
    await clock.advance(2000);
    expect(failureOf(stream.signal.reason)?.reason).toBe(Reason.SUPERSEDED);
    expect(journal!.streams.get("s")!.end).toBeUndefined();
  });

  it("does not hear of a reader that was superseded", async () => {
    const { clock, stream, push, read } = opened();
    const leaving = new AbortController();
    read(1, leaving.signal);
    const second = read(1);
    leaving.abort();
    await clock.advance(100_000);
    expect(stream.signal.aborted).toBe(false);
    await push(1);
    expect(await second.next()).toEqual(Uint8Array.of(1));
  });
});
