// Watching a run survives what happens to the connection: every event once, in order.
import { afterEach, describe, expect, it } from "vitest";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { clientOf } from "./find-gateway.ts";
import { type FollowOptions, follow } from "./follow.ts";
import { type FakeGateway, fakeGateway, type Script } from "./testing/fake-gateway.ts";
import { endless, passing } from "./testing/scripts.ts";

let fake: FakeGateway;
afterEach(() => fake.close());

async function watched(script: Script, options: Partial<FollowOptions> = {}): Promise<Event[]> {
  fake = await fakeGateway(() => script);
  const client = await clientOf(fake.url);
  const { run } = await client.workflow.createRun({ task: "t" });
  const events: Event[] = [];
  const gateway = async () => client;
  for await (const event of follow({ runId: run!.runId, gateway, firstMs: 1, ...options })) events.push(event);
  return events;
}
const seqs = (events: readonly Event[]) => events.map(({ seq }) => Number(seq));
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe("follow", () => {
  it("gives every event once when the connection is cut in the middle, and says that it was", async () => {
    let breaks = 0;
    const events = await watched({ ...passing, cutAfter: 5n }, { onBreak: () => (breaks += 1) });
    expect(seqs(events)).toEqual(upTo(10));
    expect(breaks).toBe(1);
    expect(fake.watched).toEqual([0n, 5n]);
  });

  it("asks the gateway there is now, which may be another one", async () => {
    const other = await fakeGateway(() => passing);
    try {
      let asked = 0;
      const gateway = async () => {
        asked += 1;
        return clientOf(asked === 1 ? fake.url : other.url);
      };
      fake = await fakeGateway(() => ({ ...passing, cutAfter: 3n }));
      const { run } = await (await clientOf(fake.url)).workflow.createRun({ task: "t" });
      const cut: Event[] = [];
      const runs = follow({ runId: run!.runId, gateway, firstMs: 1 });
      await expect(
        (async () => {
          for await (const event of runs) {
            cut.push(event);
            if (event.seq === 3n) await fake.close();
          }
        })(),
      ).rejects.toThrow("there is no run");
      expect(seqs(cut)).toEqual(upTo(3));
      expect(other.watched).toEqual([3n]);
    } finally {
      await other.close();
    }
  });

  it("begins after a seq, and ends at once after the last", async () => {
    expect(seqs(await watched(passing, { afterSeq: 8n }))).toEqual([9, 10]);
    await fake.close();
    const late = { ...passing, events: passing.events };
    expect(seqs(await watched(late, { afterSeq: 10n }))).toEqual([]);
  });

  it("gives up when the gateway stays away", async () => {
    fake = await fakeGateway(() => passing);
    const client = await clientOf(fake.url);
    await fake.close();
    const events = follow({ runId: "r", gateway: async () => client, firstMs: 1, totalMs: 30 });
    await expect(events.next()).rejects.toThrow("can't be reached");
  });

  it("leaves when the user does, and the gateway hears of it", async () => {
    const leaving = new AbortController();
    const events: Event[] = [];
    const watching = (async () => {
      fake = await fakeGateway(() => endless);
      const client = await clientOf(fake.url);
      const { run } = await client.workflow.createRun({ task: "t" });
      const all = follow({ runId: run!.runId, gateway: async () => client, signal: leaving.signal });
      for await (const event of all) {
        events.push(event);
        if (events.length === 3) leaving.abort(new Error("left"));
      }
    })();
    await expect(watching).rejects.toThrow("left");
    await expect.poll(() => fake.watching()).toBe(0);
  });
});
