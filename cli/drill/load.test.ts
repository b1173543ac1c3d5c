import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { load } from "./load.ts";

function running(call: (nth: number, sleep: (ms: number) => Promise<void>) => Promise<void>) {
  const clock = manualClock();
  const living = new AbortController();
  const made = load({
    perSecond: 100,
    call: (nth) => call(nth, (ms) => clock.sleep(ms)),
    wordsOf: (error) => (error as Error).message,
    signal: living.signal,
    clock,
  });
  return { clock, made, stop: () => living.abort() };
}

describe("a load by the clock", () => {
  it("keeps its rate though answers are late, and waits for the last", async () => {
    const { clock, made, stop } = running((_, sleep) => sleep(5000));
    await clock.advance(995);
    expect(made.underWay).toBe(100);
    stop();
    await made.stopped;
    await clock.advance(5000);
    await made.ended;
    expect([made.calls.length, made.underWay, clock.pending]).toEqual([100, 0, 0]);
    expect(made.calls.every(({ tookMs }) => tookMs === 5000)).toBe(true);
  });

  it("notes when each was due, and why it failed", async () => {
    const { clock, made, stop } = running(async (nth) => {
      if (nth === 1) throw new Error("broken");
    });
    await clock.advance(25);
    stop();
    await made.ended;
    expect(made.calls).toEqual([
      { dueMs: 0, tookMs: 0, error: undefined },
      { dueMs: 10, tookMs: 0, error: "broken" },
      { dueMs: 20, tookMs: 0, error: undefined },
    ]);
  });
});
