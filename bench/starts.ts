// Start-up and memory: each server is spawned several times, in turn, until it says that it listens.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "#core/clock.ts";
import { messageOf } from "#core/failure.ts";
import { type Children, type Command, root } from "./children.ts";
import { type Pair, type PairId, pairs } from "./pairs.ts";
import type { StartResult, StartSlice } from "./results.ts";

/** Where `npm run build` leaves the bundled process. */
export const bundle = "dist/claude.js";
const source = "services/claude/main.ts";

interface Subject {
  id: string;
  label: string;
  ours: boolean;
  command: Command;
  env: Record<string, string>;
  notMeasured: string;
}

export interface StartOptions {
  chosen: readonly Pair[];
  times: number;
  all: Children;
  /** For the descriptors and for what the processes keep. */
  folder: string;
  descriptors: string;
}

const limitMs = 20_000;
/** What a process does right after it listens is done by then. */
const settleMs = 300;

export async function starts({ chosen, times, all, folder, descriptors }: StartOptions): Promise<StartResult[]> {
  const subjects = subjectsOf(chosen, folder, descriptors);
  const results = subjects.map(({ id, label, ours, notMeasured }): StartResult => {
    return { id, label, ours, notMeasured: times > 0 ? notMeasured : "not asked for", failed: false, slices: [] };
  });
  for (let time = 0; time < times; time++) {
    for (const [at, subject] of subjects.entries()) {
      const result = results[at]!;
      if (result.notMeasured !== "") continue;
      try {
        result.slices.push(await started(subject, all));
      } catch (error) {
        Object.assign(result, { notMeasured: messageOf(error), failed: true, slices: [] });
      }
    }
  }
  return results;
}

async function started({ id, command, env }: Subject, all: Children): Promise<StartSlice> {
  const begun = performance.now();
  const child = all.start(`the server of ${id}`, command, env);
  try {
    await child.line(limitMs);
    const ms = performance.now() - begun;
    await systemClock.sleep(settleMs);
    return { ms, ...memoryOf(readFileSync(`/proc/${child.pid}/smaps_rollup`, "utf8")) };
  } finally {
    await child.end();
  }
}

/** RSS and PSS in MB from the kernel's sum over all mappings. */
export function memoryOf(rollup: string): { rss: number; pss: number } {
  const megabytes = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(rollup)?.[1]) / 1024;
  return { rss: megabytes("Rss"), pss: megabytes("Pss") };
}

/** Synapse's own process as it is deployed; of the peers, the servers of this benchmark. */
function subjectsOf(chosen: readonly Pair[], folder: string, descriptors: string): Subject[] {
  const env = {
    SYNAPSE_HOST: "127.0.0.1",
    SYNAPSE_CLAUDE_PORT: "0",
    SYNAPSE_DATA_DIR: join(folder, "data"),
    SYNAPSE_LOG_LEVEL: "silent",
  };
  const claude = (id: string, label: string, file: string): Subject => ({
    id,
    label,
    ours: true,
    command: { program: process.execPath, args: [join(root, file)] },
    env,
    notMeasured: existsSync(join(root, file)) ? "" : `${file} is not there: npm run build`,
  });
  const peers = (["python", "grpc-js", "connect"] as const satisfies PairId[]).flatMap((id): Subject[] => {
    const pair = pairs.find((each) => each.id === id)!;
    if (!chosen.includes(pair)) return [];
    const label = id === "connect" ? "connect-node" : pair.label;
    return [{ id, label, ours: false, command: pair.server(1, descriptors), env: {}, notMeasured: "" }];
  });
  const own = [claude("claude", "Synapse's claude", source), claude("claude-bundled", "the same, bundled", bundle)];
  return [...(chosen.some(({ ours }) => ours) ? own : []), ...peers];
}
