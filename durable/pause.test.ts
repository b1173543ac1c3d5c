// Waiting for a time of day: through short timers, cut or stopped at any moment.
import { describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { pauseUntil } from "./pause.ts";

const never = new AbortController().signal;

describe("pause", () => {
  it("goes on waiting when the platform's timer ends early", async () => {
    const clock = manualClock();
    const short = { ...clock, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(Math.min(ms, 100), signal) };
    const until = clock.date().getTime() + 1000;
    let over = 0;
    void pauseUntil(until, short, never).then(() => {
      over = clock.date().getTime();
    });
    await clock.advance(999);
    expect(over).toBe(0);
    await clock.advance(1);
    expect(over).toBe(until);
  });

  it("is over at once when its time has passed or it is cut", async () => {
    const clock = manualClock();
    await pauseUntil(clock.date().getTime(), clock, never);
    const cut = new AbortController();
    const paused = pauseUntil(clock.date().getTime() + 1000, clock, never, cut.signal);
    cut.abort();
    await paused;
    await pauseUntil(clock.date().getTime() + 1000, clock, never, cut.signal);
    expect(clock.pending).toBe(0);
  });

  it("rejects with the reason of its signal", async () => {
    const clock = manualClock();
    const stop = new AbortController();
    const paused = pauseUntil(clock.date().getTime() + 1000, clock, stop.signal);
    stop.abort(new Error("the run was cancelled"));
    await expect(paused).rejects.toThrow("the run was cancelled");
    await expect(pauseUntil(clock.date().getTime() + 1, clock, stop.signal)).rejects.toThrow("the run was cancelled");
    expect(clock.pending).toBe(0);
  });
});
