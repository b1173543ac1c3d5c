// The whole benchmark in its tiniest form: every pair answers, a broken one is void, and nothing is left behind.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { root } from "./children.ts";
import { type Pair, type PairId, pairs } from "./pairs.ts";
import { run } from "./run.ts";
import type { Sizes } from "./sizes.ts";

const tiny: Sizes = {
  warmUpCalls: 2,
  unarySlices: 2,
  unaryCalls: 20,
  concurrentSlices: 1,
  concurrentCalls: 200,
  streamSlices: 2,
  streamMessages: 100,
  // h2load is no test's business to install.
  aloneSlices: 0,
  aloneRequests: 0,
  starts: 1,
};
const pair = (id: PairId) => pairs.find((each) => each.id === id)!;
const quiet = () => {};

/** The processes this one has started and that still are. */
function childrenOfThis(): string[] {
  return readdirSync("/proc/self/task").flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" ").filter(Boolean),
  );
}

// A folder for temporary files that is this test's alone.
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synapse-bench-test-"));
  vi.stubEnv("TMPDIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
const left = () => ({ children: childrenOfThis(), files: readdirSync(folder) });

describe("benchmark", () => {
  it("measures every pair, and leaves no process and no folder", { timeout: 60_000 }, async () => {
    const before = left();
    const { pairs: results, starts, aloneNotMeasured } = await run({ pairs, sizes: tiny, say: quiet });
    expect(results.map(({ id, failed }) => ({ id, failed }))).toEqual(pairs.map(({ id }) => ({ id, failed: "" })));
    for (const { pooled, unary, at32, at128, streams, alone } of results) {
      expect([unary, at32, at128, streams, alone].map(({ length }) => length)).toEqual([2, 1, 1, 2, 0]);
      for (const { perSecond, clientCpu, serverCpu } of [...unary, ...at32, ...at128, ...streams]) {
        expect(Math.min(perSecond, clientCpu, serverCpu)).toBeGreaterThan(0);
      }
      for (const { min, p50, p99 } of [pooled, ...unary]) {
        expect(min).toBeGreaterThan(0);
        expect([min, p50, p99]).toEqual([min, p50, p99].toSorted((a, b) => a - b));
      }
    }
    expect(aloneNotMeasured).toBe("not asked for");
    const started = starts.filter(({ notMeasured }) => notMeasured === "").map(({ id }) => id);
    expect(started).toEqual(expect.arrayContaining(["claude", "python", "grpc-js", "connect"]));
    for (const { slices } of starts) for (const { rss, pss } of slices) expect(rss).toBeGreaterThan(pss);
    expect(left()).toEqual(before);
  });

  it("makes the row void of a pair whose calls fail or whose process ends, and goes on with the others", async () => {
    const raw = pair("raw");
    const unreachable: Pair = { ...raw, client: () => raw.client(1, "") };
    const mute: Pair = { ...raw, server: () => ({ program: process.execPath, args: ["-e", "throw Error('no cup')"] }) };
    const short: Pair = { ...raw, server: () => raw.server(tiny.streamMessages - 1, "") };
    const sizes = { ...tiny, starts: 0 };
    const { pairs: results } = await run({ pairs: [unreachable, mute, short, raw], sizes, say: quiet });
    expect(results.map(({ failed }) => failed)).toEqual([
      expect.stringContaining("ECONNREFUSED"),
      "the server of raw ended with 1: Error: no cup",
      expect.stringContaining("99 messages came, not 100"),
      "",
    ]);
  });

  it("ends at once when told, with nothing left", async () => {
    const before = left();
    const leaving = new AbortController();
    const sizes = { ...tiny, unaryCalls: 1_000_000 };
    const say = (words: string) => {
      if (words.startsWith("round 1")) leaving.abort(new Error("enough"));
    };
    await expect(run({ pairs: [pair("raw")], sizes, say, signal: leaving.signal })).rejects.toThrow("enough");
    expect(left()).toEqual(before);
  });

  it("is reached from the command line, which says what it does not know", async () => {
    const args = [join(root, "cli/main.ts"), "bench", "--pairs", "go"];
    const failed = await promisify(execFile)(process.execPath, args, { timeout: 20_000 }).catch((error) => error);
    expect(failed).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("--pairs takes synapse-grpc"),
    });
  });
});
