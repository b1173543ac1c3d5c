// The machine's processes, looked for by their command line.
import { readdirSync, readFileSync } from "node:fs";

/** Pids of processes whose words are exactly these. */
export function processesOf(...words: string[]): number[] {
  const wanted = `${words.join("\0")}\0`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && commandOf(name) === wanted)
    .map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // gone meanwhile
  }
}
