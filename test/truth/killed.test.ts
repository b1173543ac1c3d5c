import { describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { processPeer } from "../faults/process-peer.ts";
import { wires } from "../faults/wires.ts";
import { caller } from "./caller.ts";
import { brokenAfter, brokenBefore, left, withoutMoment } from "./outcome.ts";

const moments = {
  "before the headers": brokenBefore,
  "after the headers": brokenAfter,
  "within a message": brokenAfter,
};
const pings = { pingIntervalMs: 100, pingTimeoutMs: 150 };

/** One call of each kind in each protocol, held at each moment; and what happens to them is done to the process. */
async function underWay(rpc: "own" | "stock", strike: NodeJS.Signals, options = {}) {
  await using peer = processPeer("test/faults/holding-peer.ts");
  const url = await peer.told<string>("url");
  const calls = Object.entries(moments).flatMap(([moment, truth]) =>
    wires.map(({ protocol, kind }) => ({ moment, truth, protocol, kind })),
  );
  using connect = caller(url, "connect", { ...options, client: { rpc } });
  using grpc = caller(url, "grpc", { ...options, client: { rpc } });
  const ends = calls.map(async ({ moment, truth, protocol, kind }) => {
    const from = protocol === "grpc" ? grpc : connect;
    const { error, ...end } = await from.call(kind, { headers: { "x-hold": moment } });
    return { told: `${protocol} ${kind} ${moment}`, end, truth: { end: truth, messages: 0 } };
  });
  for (const _ of calls) await peer.told("held");
  const began = systemClock.now();
  peer.child.kill(strike);
  return { ended: await Promise.all(ends), ms: systemClock.now() - began };
}

describe.each(["own", "stock"] as const)("a peer's process with calls under way, %s client", (rpc) => {
  it("that is killed is a lost connection at every moment, never the caller's own cancel", async () => {
    const { ended } = await underWay(rpc, "SIGKILL");
    expect(ended.length).toBe(12);
    for (const { told, end, truth } of ended) {
      if (rpc === "own") expect(end, told).toEqual(truth);
      else if (!told.startsWith("connect unary")) expect(withoutMoment(end.end), told).toBe(withoutMoment(truth.end));
    }
  });
});

describe("a peer's process with calls under way", () => {
  it("that answers its pings while this process is stalled is not blamed for the stall", async () => {
    await using peer = processPeer("test/faults/holding-peer.ts");
    const url = await peer.told<string>("url");
    const pings = { pingIntervalMs: 20, pingTimeoutMs: 300 };
    using connect = caller(url, "connect", pings);
    using grpc = caller(url, "grpc", pings);
    const leaving = new AbortController();
    const ends = wires.map(async ({ protocol, kind }) => {
      const from = protocol === "grpc" ? grpc : connect;
      return await from.call(kind, { headers: { "x-hold": "after the headers" }, signal: leaving.signal });
    });
    for (const _ of wires) await peer.told("held");
    // After the first a ping is sent, and answered while the second lasts longer than it may take.
    for (let stall = 0; stall < 3; stall++) {
      const until = systemClock.now() + 400;
      while (systemClock.now() < until);
      await new Promise((resolve) => setImmediate(resolve));
    }
    leaving.abort();
    for (const { end } of await Promise.all(ends)) expect(end).toBe(left);
  });

  it("that is frozen is found by a ping, long before any deadline", async () => {
    const { ended, ms } = await underWay("own", "SIGSTOP", pings);
    for (const { told, end, truth } of ended) expect(end, told).toEqual(truth);
    expect(ms).toBeGreaterThan(100);
    expect(ms).toBeLessThan(3000);
  });
});
