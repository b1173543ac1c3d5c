// How a line of a process's log is shown: its level, its words and its values, instead of JSON.
import { oneLine } from "./sanitize.ts";

/** What every entry has and nobody needs to see beside the process's name. */
const known = new Set(["level", "time", "name", "pid", "msg"]);

export function logLine(line: string): string {
  const entry = entryIn(line);
  if (entry === undefined) return oneLine(line);
  const values = Object.entries(entry)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return oneLine([entry.level, entry.msg, ...values].filter((each) => each !== undefined).join("  "));
}

function entryIn(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
