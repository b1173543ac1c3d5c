// The machine's processes, looked for by their command line or their parent.
import { readdirSync, readFileSync } from "node:fs";

/** Pids of processes whose words are exactly these. */
export function processesOf(...words: string[]): number[] {
  const wanted = `${words.join("\0")}\0`;
  return pids().filter((pid) => read(`/proc/${pid}/cmdline`) === wanted);
}

/** Pids of the processes that a process started. */
export function childrenOf(parent: number): number[] {
  return pids().filter((pid) => new RegExp(`\\) \\w ${parent} `).test(read(`/proc/${pid}/stat`)));
}

function pids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // gone meanwhile
  }
}
