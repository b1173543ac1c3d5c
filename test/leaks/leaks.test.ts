import { describe, expect, it } from "vitest";
import { h2Code } from "../faults/frames.ts";
import { type ProcessPeer, processPeer } from "../faults/process-peer.ts";
import { streamPeer } from "../faults/stream-peer.ts";
import type { Measures } from "./measure.ts";

const calls = Number(process.env.LEAK_CALLS ?? 10_000);
const streams = Number(process.env.LEAK_STREAMS ?? 1000);

interface Ran {
  ended: Record<string, number>;
  broken: Record<string, number>;
  onSignal: number;
  stats: { connections: number; open: number; queued: number };
}

function measured(peer: ProcessPeer): Promise<Measures> {
  peer.child.send("measure");
  return peer.told("measured");
}

/** What must not have grown; the heap by less than 20 bytes a call, or 1.5 MB where that is more. */
function expectSame(before: Measures, after: Measures, who: string): void {
  const told = `${who}: ${JSON.stringify({ before, after }, undefined, 1)}`;
  expect(after.heap - before.heap, told).toBeLessThan(Math.max(1.5, ((calls + streams) * 20) / 2 ** 20));
  for (const what of ["sockets", "streams", "listeners", "timers"] as const) {
    expect(after[what], `${what} of ${told}`).toBeLessThanOrEqual(before[what]);
  }
  // A few of the last calls may still be reachable from the platform's own pools.
  for (const what of ["signals", "streamObjects"] as const) {
    expect(after[what] - before[what], `${what} of ${told}`).toBeLessThan(32);
  }
}

describe(`${calls} calls and ${streams} streams that are broken off`, () => {
  it("leave nothing behind, at the caller and at the server", { timeout: 600_000 }, async () => {
    await using resetting = await streamPeer((stream, headers) => {
      stream.respond({ ":status": 200, "content-type": String(headers["content-type"]) });
      setImmediate(() => stream.close(h2Code.internalError));
    });
    const flags = ["--expose-gc"];
    await using server = processPeer("test/faults/claude-process.ts", [], flags);
    const url = await server.told<string>("url");
    await using caller = processPeer("test/leaks/calling.ts", [url, resetting.url], flags);
    await caller.told("ready");
    const run = (some: { calls: number; streams: number }): Promise<Ran> => {
      caller.child.send(some);
      return caller.told("ran");
    };
    // Until code is compiled and caches are filled.
    await run({ calls: Math.min(calls / 2, 5000), streams: Math.min(streams / 2, 500) });
    const before = await Promise.all([measured(caller), measured(server)]);
    const { ended, broken, onSignal, stats } = await run({ calls, streams });
    expect(ended).toEqual({ ok: calls });
    const { "4 deadline": ours = 0, "4 peer": theirs = 0, ...others } = broken;
    const fifth = streams / 5;
    // Left, aborted, a defect of the handler, cut short by a peer; a deadline is told by whoever is first.
    expect(others, JSON.stringify(broken)).toEqual({
      ok: fifth,
      "1 caller": fifth,
      "13 peer": fifth,
      "14 broken-after-headers": fifth,
    });
    expect(ours + theirs).toBe(fifth);
    expect(onSignal).toBe(0);
    expect(stats).toMatchObject({ open: 0, queued: 0 });
    const after = await Promise.all([measured(caller), measured(server)]);
    expectSame(before[0], after[0], "caller");
    expectSame(before[1], after[1], "server");
  });
});
