// The log: seq has no gaps, and a watcher gets every event once, whatever its pace.
import { describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { seeded } from "#core/rng.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import type { Store } from "./store.ts";
import { tempStore } from "./testing/temp-store.ts";

const delta = (text: string) => ({ body: { case: "outputDelta", value: { text } } }) as const;
const last = { body: { case: "runCompleted", value: {} } } as const;

function withRun() {
  const { store } = tempStore();
  return { store, id: store.runs.create({ task: "t" }).run.runId };
}

/** Reads all of a watch, `pause` between events. */
async function seqs(events: AsyncIterable<Event>, pause?: () => Promise<void>): Promise<number[]> {
  const seen: number[] = [];
  for await (const event of events) {
    seen.push(Number(event.seq));
    await pause?.();
  }
  return seen;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const upTo = (n: number, from = 1) => Array.from({ length: n - from + 1 }, (_, i) => i + from);

function addDeltas(store: Store, id: string, count: number) {
  for (let i = 0; i < count; i++) store.events.append(id, delta(`${i}`));
}

describe("event log", () => {
  it("numbers each run's events from 1 without gaps", () => {
    const { store, id } = withRun();
    const other = store.runs.create({ task: "u" }).run.runId;
    expect(store.events.append(id, { stepId: "plan", attempt: 2, ...delta("a") })).toMatchObject({
      seq: 2n,
      runId: id,
      stepId: "plan",
      attempt: 2,
    });
    expect(store.events.append(other, delta("b"))?.seq).toBe(2n);
    expect(store.events.append(id, delta("c"))?.seq).toBe(3n);
    expect(store.events.read(id, 1n).map((event) => event.seq)).toEqual([2n, 3n]);
    expect(store.events.read(id, 0n, 2).map((event) => event.seq)).toEqual([1n, 2n]);
    expect(store.events.read(id, 2n ** 64n - 1n)).toEqual([]);
    expect(store.runs.get(id)?.lastSeq).toBe(3n);
  });

  it("takes nothing after the last event", () => {
    const { store, id } = withRun();
    store.events.append(id, last);
    const ended = store.runs.get(id);
    expect(store.events.append(id, delta("late"))).toBeUndefined();
    expect(store.runs.get(id)).toEqual(ended);
    expect(store.events.read(id, 0n)).toHaveLength(2);
  });

  it("does not know runs that are not there", () => {
    const { store } = withRun();
    const asks = [
      () => store.events.append("none", last),
      () => store.events.read("none", 0n),
      () => store.events.watch("none", 0n),
    ];
    for (const ask of asks) expect(ask).toThrow(expect.toSatisfy((error) => reasonOf(error) === Reason.NOT_FOUND));
  });

  it("takes back an event with the transaction it was in", async () => {
    const { store, id } = withRun();
    const seen = seqs(store.events.watch(id, 0n));
    expect(() =>
      store.transaction(() => {
        store.events.append(id, delta("undone"));
        throw new Error("no");
      }),
    ).toThrow("no");
    store.events.append(id, last);
    expect(await seen).toEqual([1, 2]);
    expect(store.events.read(id, 1n)[0]?.body.case).toBe("runCompleted");
  });
});

describe("watch", () => {
  it("replays, goes on live and ends with the run", async () => {
    const { store, id } = withRun();
    addDeltas(store, id, 300);
    const seen = seqs(store.events.watch(id, 299n));
    await turn();
    addDeltas(store, id, 2);
    await turn();
    store.events.append(id, last);
    expect(await seen).toEqual(upTo(304, 300));
    expect(await seqs(store.events.watch(id, 302n))).toEqual([303, 304]);
  });

  it("waits for a seq that is still to come, and ends at once when it cannot come", async () => {
    const { store, id } = withRun();
    const seen = seqs(store.events.watch(id, 3n));
    await turn();
    addDeltas(store, id, 3);
    store.events.append(id, last);
    expect(await seen).toEqual([4, 5]);
    expect(await seqs(store.events.watch(id, 99n))).toEqual([]);
  });

  it("ends quietly with its signal and leaves no listener", async () => {
    const { store, id } = withRun();
    const stop = new AbortController();
    const seen = seqs(store.events.watch(id, 0n, stop.signal));
    await turn();
    stop.abort();
    expect(await seen).toEqual([1]);
    expect(await seqs(store.events.watch(id, 0n, stop.signal))).toEqual([]);
  });

  it("fails when the store closes: the run has not ended", async () => {
    const { store, id } = withRun();
    const seen = seqs(store.events.watch(id, 0n));
    await turn();
    store.close();
    await expect(seen).rejects.toSatisfy((error) => reasonOf(error) === Reason.DRAINING);
  });

  it("misses nothing and doubles nothing for readers of any pace", async () => {
    const seed = 20260101;
    const rng = seeded(seed);
    const { store, id } = withRun();
    const chance = (part: number) => (rng.float() < part ? turn() : Promise.resolve());
    const watchers: Array<{ after: number; seen: Promise<number[]> }> = [];
    for (let i = 0; i < 400; i++) {
      if (i % 20 === 0) {
        const after = Math.floor(rng.float() * (i + 1));
        const pace = rng.float();
        watchers.push({ after, seen: seqs(store.events.watch(id, BigInt(after)), () => chance(pace)) });
      }
      store.events.append(id, delta(`${i}`));
      await chance(0.3);
    }
    store.events.append(id, last);
    for (const { after, seen } of watchers) expect(await seen, `seed ${seed}`).toEqual(upTo(402, after + 1));
  });
});
