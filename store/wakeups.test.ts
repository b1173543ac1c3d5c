// Wakeups: every waiter of a topic is woken, once, and none is left behind.
import { describe, expect, it } from "vitest";
import { wakeups } from "./wakeups.ts";

async function isSettled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
}

describe("wakeups", () => {
  it("wake all who wait for a topic and nobody else", async () => {
    const { changed, wake, wakeAll } = wakeups();
    const [one, two, other] = [changed("a"), changed("a"), changed("b")];
    wake("a");
    expect(await Promise.all([one, two].map(isSettled))).toEqual([true, true]);
    expect(await isSettled(other)).toBe(false);
    wakeAll();
    expect(await isSettled(other)).toBe(true);
  });

  it("end with a signal, before and during the wait", async () => {
    const { changed } = wakeups();
    const stop = new AbortController();
    const waiting = changed("a", stop.signal);
    stop.abort();
    await waiting;
    await changed("a", stop.signal);
  });
});
