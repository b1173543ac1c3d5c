// How the end of a run is written: the outcome first, then what the program says, then where it is.
import { Outcome, OutcomeSchema, type TestReport } from "#gen/synapse/v1/agent_pb.ts";
import { type Run, RunState, RunStateSchema } from "#gen/synapse/v1/run_pb.ts";
import { failureWords } from "./render-steps.ts";
import { oneLine, sanitize } from "./sanitize.ts";
import type { Output } from "./terminal.ts";
import { outcomeStyle, wordOf } from "./words.ts";

export interface Result {
  run: Run;
  tests: TestReport | undefined;
  /** What the program wrote; undefined when it wrote nothing or never ran. */
  output: string | undefined;
}

/** Longer output of the program is cut; the rest is in the artifact. */
const shownLines = 40;
const shownFailures = 5;

/** The line that says how it ended, and what failed. */
export function outcomeLines({ run, tests }: Pick<Result, "run" | "tests">, style: Output["style"]): string[] {
  if (run.state === RunState.FAILED) return [`${style(["bold", "red"], "FAILED")} ${failureWords(run.failure)}`];
  if (run.state === RunState.CANCELED) return [style(["bold", "yellow"], "CANCELED")];
  const count = tests ? tests.passed + tests.failed : 0;
  const counted = tests && count > 0 ? `${tests.passed} of ${count} tests` : "";
  const isShown = run.outcome === Outcome.PASSED && counted !== "";
  const why = isShown ? "" : oneLine(run.explanation);
  const word = style(outcomeStyle(run.outcome), wordOf(OutcomeSchema, run.outcome).toUpperCase());
  const first = `${word} ${[counted, why].filter(Boolean).join(": ")}`.trimEnd();
  const failed = run.outcome === Outcome.NOT_PASSED ? (tests?.messages ?? []) : [];
  const more = failed.length > shownFailures ? [`  … and ${failed.length - shownFailures} more`] : [];
  return [first, ...failed.slice(0, shownFailures).map((each) => `  ${style("red", "✘")} ${oneLine(each)}`), ...more];
}

/** The program's output, its first lines, and where the rest is. */
export function outputLines({ run, output }: Pick<Result, "run" | "output">, style: Output["style"]): string[] {
  if (output === undefined || output.trim() === "") return [];
  const lines = sanitize(output).trimEnd().split("\n");
  if (lines.length <= shownLines) return lines;
  const rest = lines.length - shownLines;
  const where = `synapse artifacts ${run.runId} output.txt`;
  return [...lines.slice(0, shownLines), style("dim", `… ${rest} more lines: ${where}`)];
}

/** The state of a run in a word or two, for tables. */
export function endWords(run: Run): { state: string; outcome: string } {
  const outcome = run.state === RunState.COMPLETED ? wordOf(OutcomeSchema, run.outcome).toUpperCase() : "";
  return { state: wordOf(RunStateSchema, run.state), outcome };
}
