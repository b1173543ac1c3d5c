// The watchdog looks at real processes, on a clock that the test moves.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { manualClock } from "#core/manual-clock.ts";
import { watchdog } from "./watchdog.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that has said that it is ready. */
async function started(perl: string): Promise<number> {
  const child = spawn("perl", ["-e", `$| = 1; ${perl}; print "ready"; sleep 60`], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.push(child);
  await once(child.stdout!, "data");
  return child.pid!;
}

const roomy = { memoryBytes: 1 << 30, processes: 100, inodes: 1e6 };

describe("watchdog", () => {
  it("tells when a tree has too much memory or too many processes, once", async () => {
    const clock = manualClock();
    const dog = watchdog(clock, 100);
    const large = await started('$x = "x" x (40 << 20)');
    const many = await started('for (1 .. 3) { if (!fork) { $0 = "child"; close STDOUT; sleep 1; exit } }');
    const told: string[] = [];
    dog.watch(large, { ...roomy, memoryBytes: 30 << 20 }, (what) => told.push(`large ${what}`));
    dog.watch(many, { ...roomy, processes: 3 }, (what) => told.push(`many ${what}`));
    dog.watch(large, roomy, (what) => told.push(`fine ${what}`));
    expect(told).toEqual([]);
    await clock.advance(100);
    await clock.advance(500);
    expect(told.toSorted()).toEqual(["large memory", "many processes"]);
  });

  it("sleeps while nothing is watched", async () => {
    const clock = manualClock();
    const dog = watchdog(clock, 100);
    expect(clock.pending).toBe(0);
    const [one, two] = [dog.watch(process.pid, roomy, () => {}), dog.watch(process.pid, roomy, () => {})];
    expect(clock.pending).toBe(1);
    one();
    await clock.advance(100);
    expect(clock.pending).toBe(1);
    two();
    two();
    expect(clock.pending).toBe(0);
  });
});
