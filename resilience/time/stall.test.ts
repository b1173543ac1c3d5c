import { describe, expect, it } from "vitest";
import type { Clock } from "#core/clock.ts";
import { systemClock } from "#core/clock.ts";
import { stallMonitor } from "./stall.ts";

/** An event loop that is as late as it is told. */
function setUp() {
  let now = 0;
  let tick = () => {};
  let isStopped = false;
  const clock: Clock = {
    ...systemClock,
    now: () => now,
    every(_, run) {
      tick = run;
      return () => {
        isStopped = true;
      };
    },
  };
  const pass = (ms: number) => {
    now += ms;
  };
  const ticks = (...gaps: number[]) => {
    for (const gap of gaps) {
      pass(gap);
      tick();
    }
  };
  return { monitor: stallMonitor({ clock }), pass, ticks, isStopped: () => isStopped };
}

describe("stall monitor", () => {
  it("tells the longest time that the process stood still since then", () => {
    const { monitor, ticks } = setUp();
    ticks(20, 20, 320, 20, 120, 20);
    expect([monitor.lagSince(0), monitor.lagSince(360), monitor.lagSince(361), monitor.lagSince(501)]).toEqual([
      300, 300, 100, 0,
    ]);
  });

  it("knows of a stall before its own timer rings, for the timer that asks may ring first", () => {
    const { monitor, ticks, pass } = setUp();
    ticks(20);
    pass(270);
    expect(monitor.lagSince(20)).toBe(250);
  });

  it("does not count what every timer is late by", () => {
    const { monitor, ticks } = setUp();
    ticks(25, 30, 39);
    expect(monitor.lagSince(0)).toBe(0);
  });

  it("forgets the oldest, and ends when it is stopped", () => {
    const { monitor, ticks, isStopped } = setUp();
    ticks(1020, ...Array<number>(64).fill(50));
    expect(monitor.lagSince(0)).toBe(30);
    monitor.stop();
    expect(isStopped()).toBe(true);
  });

  it("refuses a tick that is none", () => expect(() => stallMonitor({ tickMs: 0 })).toThrow("tickMs must be above 0"));
});
