import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

/** Seconds each; seconds in all when not given. */
const seconds = process.env.CHAOS_SECONDS;
const seed = process.env.SEED;

interface Row {
  id: string;
  verdict: "survived" | "failed" | "not measured";
  lagP99Ms: number;
  checks: { what: string; wanted: string; got: string; holds: boolean }[];
  errors: [string, number][];
  deaths: string[];
}

/** Holds the drill with one scenario. */
async function drilled(id: string, ...more: string[]): Promise<{ row: Row; seed: number }> {
  const length = seconds === undefined ? ["--quick"] : [`--seconds=${seconds}`];
  const args = ["cli/drill/main.ts", "--json", `--only=${id}`, ...length, ...more, ...(seed ? [`--seed=${seed}`] : [])];
  // It exits with 1 for what did not survive; what it says is read all the same.
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 }).catch(
    (failed: { stdout: string; stderr: string }) => {
      if (!failed.stdout) throw new Error(failed.stderr);
      return failed;
    },
  );
  const told = JSON.parse(stdout) as { seed: number; rows: Row[] };
  return { row: told.rows[0]!, seed: told.seed };
}

describe("under load", () => {
  it.for([
    ["C1", "kill"],
    ["C2", "freeze"],
    ["C3", "slow"],
    ["C4", "outage"],
    ["C5", "flapping"],
    ["C6", "half-open"],
    ["C7", "slow-bytes"],
    ["C8", "resets"],
    ["C9", "garbage"],
    ["C10", "rolling"],
    ["C11", "overload"],
    ["a provider's limit", "rate-limit"],
    ["real agents", "real-agents"],
  ])("%s: callers of a pool survive %s", async ([, id], context) => {
    const { row, seed } = await drilled(id!);
    context.skip(row.verdict === "not measured", `too busy here to measure: ${Math.round(row.lagP99Ms)} ms late`);
    const broken = row.checks.filter(({ holds }) => !holds);
    const { errors, deaths } = row;
    expect(row.verdict, JSON.stringify({ seed, broken, errors, deaths }, null, 2)).toBe("survived");
  });

  it("callers without any resilience do not survive a kill: the drill can tell", async () => {
    const { row } = await drilled("kill", "--bare");
    expect(row.verdict).not.toBe("survived");
    expect(row.checks.find(({ what }) => what === "success")?.holds).toBe(false);
  });
});
