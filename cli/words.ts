// How states, times, sizes and names are written for people.
import type { DescEnum } from "@bufbuild/protobuf";
import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { type Engine, Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { StepState } from "#gen/synapse/v1/run_pb.ts";
import type { Style } from "./terminal.ts";

/** The name of an enum's value in small letters, such as "not passed" or "connection lost"; a newer one shows its number. */
export function wordOf(of: DescEnum, value: number): string {
  return of.value[value]?.localName.toLowerCase().replaceAll("_", " ") ?? `number ${value}`;
}

/** A sign and a colour for the state of a step. */
export function stepMark(state: StepState): { glyph: string; style: Style } {
  return stepMarks[state] ?? { glyph: "?", style: "dim" };
}

const stepMarks: Readonly<Record<number, { glyph: string; style: Style }>> = {
  [StepState.PENDING]: { glyph: "·", style: "dim" },
  [StepState.RUNNING]: { glyph: "▸", style: "cyan" },
  [StepState.WAITING]: { glyph: "…", style: "yellow" },
  [StepState.COMPLETED]: { glyph: "✔", style: "green" },
  [StepState.FAILED]: { glyph: "✘", style: "red" },
  [StepState.SKIPPED]: { glyph: "○", style: "dim" },
  [StepState.CANCELED]: { glyph: "■", style: "yellow" },
};

/** The colour of an outcome. */
export function outcomeStyle(outcome: Outcome): Style {
  if (outcome === Outcome.PASSED) return ["bold", "green"];
  return outcome === Outcome.NOT_PASSED ? ["bold", "red"] : ["bold", "yellow"];
}

/** Such as "builtin:recipes"; empty when not known. */
export function engineWords(engine: Engine | undefined): string {
  if (!engine) return "";
  return engine.model === "" ? engine.kind : `${engine.kind}:${engine.model}`;
}

/** Such as "0.4s", "12.3s", "3m05s", "2h10m". */
export function spanWords(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, "0")}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}m`;
  return `${Math.floor(minutes / 1440)}d`;
}

/** How long ago, such as "5s", "3m", "2h" or "4d"; empty when not known. */
export function ageWords(time: Timestamp | undefined, nowMs: number): string {
  if (!time) return "";
  const seconds = Math.max(0, Math.round((nowMs - timestampMs(time)) / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** Such as "812 B", "3.4 kB", "1.2 MB". */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}

/** The end of a run's id, which is enough to name it. */
export function shortId(runId: string): string {
  return runId.split("-").at(-1) ?? runId;
}

/** Quoted for a POSIX shell, where it must be. */
export function shellWords(argv: readonly string[]): string {
  return argv.map((each) => (/^[\w@%+=:,./-]+$/.test(each) ? each : `'${each.replaceAll("'", "'\\''")}'`)).join(" ");
}
