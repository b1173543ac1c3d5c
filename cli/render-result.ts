// How the end of a run is written: the outcome first, then what the program says, then where it is.
import { Outcome, OutcomeSchema, type TestReport } from "#gen/synapse/v1/agent_pb.ts";
import { ReasonSchema } from "#gen/synapse/v1/failure_pb.ts";
import { type Run, RunState } from "#gen/synapse/v1/run_pb.ts";
import { oneLine, sanitize } from "./sanitize.ts";
import type { SavedFile } from "./save-files.ts";
import type { Output } from "./terminal.ts";
import { outcomeStyle, shellWords, wordOf } from "./words.ts";

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
  if (run.state === RunState.FAILED) return failedLines(run, style);
  if (run.state === RunState.CANCELED) return [style(["bold", "yellow"], "CANCELED")];
  const count = tests ? tests.passed + tests.failed : 0;
  const counted = tests && count > 0 ? `${tests.passed} of ${count} tests` : "";
  const isShown = run.outcome === Outcome.PASSED && counted !== "";
  const why = isShown ? "" : oneLine(run.explanation);
  const word = style(outcomeStyle(run.outcome), outcomeWord(run));
  const first = `${word} ${[counted, why].filter(Boolean).join(": ")}`.trimEnd();
  const failed = run.outcome === Outcome.NOT_PASSED ? (tests?.messages ?? []) : [];
  const more = failed.length > shownFailures ? [`  … and ${failed.length - shownFailures} more`] : [];
  return [first, ...failed.slice(0, shownFailures).map((each) => `  ${style("red", "✘")} ${oneLine(each)}`), ...more];
}

/** The words of a failure may have several lines: what to do stands there. */
function failedLines({ failure }: Run, style: Output["style"]): string[] {
  const reason = failure ? `${wordOf(ReasonSchema, failure.reason)}: ` : "";
  const words = `${style(["bold", "red"], "FAILED")} ${reason}${sanitize(failure?.message ?? "")}`;
  return words.trimEnd().split("\n");
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

/** The outcome in capitals; empty while there is none. */
export function outcomeWord(run: Run): string {
  return run.state === RunState.COMPLETED ? wordOf(OutcomeSchema, run.outcome).toUpperCase() : "";
}

/** Where the files are and how to run them. */
export function whereLines(run: Run, folder: string, saved: readonly SavedFile[], style: Output["style"]): string[] {
  if (saved.length === 0) return [];
  const shown = oneLine(folder);
  const lines = saved.map(({ path, kind, note }) => {
    const file = oneLine(path);
    if (kind === "refused") return `${style("red", "refused")}  ${file}: ${oneLine(note ?? "")}`;
    const others = {
      written: "",
      same: " (was there already)",
      replaced: ` (the one before is now ${oneLine(note ?? "")})`,
    };
    return `${style("dim", "file   ")}  ${shown}/${file}${others[kind]}`;
  });
  if (run.argv.length > 0) {
    const command = oneLine(shellWords(run.argv));
    lines.push(`${style("dim", "run it ")}  ${shown === "." ? command : `cd ${shellWords([shown])} && ${command}`}`);
  }
  return lines;
}
