import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";

/** What runs as a child of a process, by its id. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").filter(Boolean).map(Number);
}

const lives = (pid: number) => {
  try {
    // One that is dead and not yet waited for has no command.
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
};

/** A drill whose replicas run, one of them frozen. */
async function drilling() {
  const drill = spawn(process.execPath, ["cli/drill/main.ts", "--quick", "--only", "freeze", "--seconds", "40"], {
    stdio: "ignore",
  });
  const exit = once(drill, "exit");
  const pid = drill.pid!;
  await expect.poll(() => childrenOf(pid).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
  // The fourth is who would wake the frozen one.
  await expect.poll(() => childrenOf(pid).length, { timeout: 30_000 }).toBe(4);
  return { drill, exit, children: childrenOf(pid) };
}

describe("a drill that is ended", () => {
  it("by Ctrl-C leaves nothing running, and exits with 130", async () => {
    const { drill, exit, children } = await drilling();
    const askedAt = systemClock.now();
    drill.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
    expect(systemClock.now() - askedAt).toBeLessThan(5000);
    expect(children.filter(lives)).toEqual([]);
  });

  it("by SIGKILL leaves nothing running but what is frozen, and that only until it is woken", async () => {
    const { drill, exit, children } = await drilling();
    drill.kill("SIGKILL");
    await exit;
    const isFrozen = (pid: number) => /^State:\tT/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    const isWaker = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("sh\0");
    const left = () => children.filter(lives).filter((pid) => !isWaker(pid));
    await expect.poll(() => left().length, { timeout: 10_000 }).toBe(1);
    const [frozen] = left();
    expect(isFrozen(frozen!)).toBe(true);
    process.kill(frozen!, "SIGCONT");
    await expect.poll(() => left(), { timeout: 10_000 }).toEqual([]);
    for (const pid of children.filter(lives)) process.kill(-pid, "SIGKILL");
  });
});
