import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { manualClock } from "#core/manual-clock.ts";
import { durableWriter } from "../resume/durable-writer.ts";
import { anew } from "../resume/headers.ts";
import { streamsKept } from "../resume/journal-store.ts";
import type { Reader } from "../resume/reader.ts";
import { type Recording, recording } from "../resume/recording.ts";
import { upTo } from "../resume/testing.ts";
import { counting, how } from "../resume/testing-count.ts";
import { durableForTest } from "../resume/testing-durable.ts";

describe("readers of resumable streams", () => {
  it("49. a second reader takes the stream over: the first one is told", async () => {
    const gate = Promise.withResolvers<void>();
    const { raw, ran } = counting({ before: async (n) => (n === 4 ? gate.promise : undefined) });
    const opened = Promise.withResolvers<Headers>();
    const first = raw(6, { "synapse-resume": anew }, { onHeader: opened.resolve });
    const header = await opened.promise;
    const second = raw(6, {
      "synapse-resume": header.get("synapse-stream")!,
      "synapse-resume-from": `${header.get("synapse-epoch")}:2`,
    });
    expect(how(await first)).toMatchObject({ code: "Aborted", reason: Reason.SUPERSEDED });
    gate.resolve();
    expect(how(await second)).toEqual({ got: upTo(6).slice(1) });
    expect(ran).toHaveBeenCalledOnce();
  });

  it("49. goes from what is kept to what is made without a gap or a double, in 1000 interleavings", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat({ max: 4 }), fc.boolean(), async (scheduler, takeovers, isStored) => {
        const turn = (what: string) => scheduler.schedule(Promise.resolve(), what);
        const { got, last, older } = await scheduler.waitFor(readInTurns(turn, takeovers, isStored));
        expect(got).toEqual(upTo(8));
        expect(last).toBeUndefined();
        // Whoever was taken over was told, unless it had read all.
        for (const reason of older) expect([Reason.SUPERSEDED, undefined]).toContain(reason);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Readers that take a stream over from each other while it is made. */
async function readInTurns(turn: (what: string) => Promise<void>, takeovers: number, isStored: boolean) {
  const clock = manualClock();
  // What is stored need not be kept: readers that fall back a little find it there.
  const limits = { maxMessages: 3, maxBytes: 1000, flowBytes: isStored ? 0 : 70, whenFull: "pause" } as const;
  const journal = isStored ? durableForTest(turn) : undefined;
  journal?.begin("s", "e", "me", 1000);
  const parts = { streamId: "s", owner: "me", fence: 1, leaseMs: 1000, lost: () => {}, clock };
  const writer = journal && durableWriter({ journal, ...parts });
  const kept = streamsKept<Recording>(1 << 20);
  const stream = recording({ id: "s", epoch: "e", next: 1, kept, writer }, { ...limits, graceMs: 1, keptMs: 1, clock });
  kept.add("s", stream);
  async function* work() {
    for (const n of upTo(8)) {
      await turn(`make ${n}`);
      yield n;
    }
  }
  stream.make(work, (n) => Uint8Array.of(n));
  const got: number[] = [];
  let newest = 0;

  async function readOn(me: number): Promise<Reason | undefined> {
    const reader = stream.read({ epoch: "e", next: got.length + 1 }, new AbortController().signal) as Reader;
    try {
      for (;;) {
        await turn(`read by ${me}`);
        const bytes = await reader.next();
        if (bytes === undefined) return undefined;
        // What was on its way to a reader that is gone is lost.
        if (me === newest) got.push(bytes[0]!);
      }
    } catch (error) {
      return failureOf(error)?.reason;
    }
  }

  const readers: Promise<Reason | undefined>[] = [];
  for (; newest < takeovers; newest++) {
    readers.push(readOn(newest));
    await turn("take over");
  }
  const last = await readOn(newest);
  return { got, last, older: await Promise.all(readers) };
}
