// A project's test command in words, and what its run on the untouched copy tells.
import { failure, Reason } from "#core/failure.ts";
import { type Command, type Execution, Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { contextItem } from "./context-item.ts";

/** The command as a list of words, a shell's line as one. */
export function commandWords({ form }: Command): readonly string[] {
  return form.case === "argv" ? form.value.args : ["/bin/sh", "-c", form.value ?? ""];
}

/** The command as a user would type it. */
export function commandLine({ form }: Command): string {
  return form.case === "argv" ? form.value.args.join(" ") : (form.value ?? "");
}

/** Tests that ran; the ones that were skipped do not count. */
export function ranIn({ tests, outcome }: Execution): number {
  const { passed = 0, failed = 0, failedNames = [] } = tests ?? {};
  const isCommandItself =
    outcome !== Outcome.PASSED && failedNames.length === 1 && failedNames[0] === "the test command";
  return passed + (isCommandItself ? 0 : failed);
}

/** Ends the run before any model is asked, where the tests can never run here. */
export function mustRun(baseline: Execution, command: Command): void {
  const line = commandLine(command);
  if (baseline.outcome === Outcome.UNKNOWN) throw failure(Reason.SANDBOX_UNAVAILABLE, baseline.explanation);
  if (baseline.exitCode === 126 || baseline.exitCode === 127)
    throw cannotRun(line, baseline.explanation.replace(/^the project's own tests /, ""));
  const missing = /Cannot find (?:package|module) '([^'./][^']*)'/.exec(`${baseline.stderr}\n${baseline.stdout}`)?.[1];
  if (missing !== undefined && !missing.startsWith("node:") && (baseline.tests?.passed ?? 0) === 0)
    throw cannotRun(line, `the package ${missing} is not there`);
}

function cannotRun(line: string, why: string): Error {
  return failure(
    Reason.INVALID_INPUT,
    `the test command "${line}" cannot run in the sandbox: ${why}\nthe sandbox has no network, no node_modules and no packages of your own: give a command that runs without them, with --test "<command>"`,
  );
}

/** What planner and coder are told of the tests. */
export function baselineWords(baseline: Execution, command: Command): string {
  const how = baseline.outcome === Outcome.PASSED ? "pass" : "fail";
  const output = [baseline.stdout, baseline.stderr].filter((text) => text.trim() !== "").join("\n");
  const lines = [
    `The project's own tests are run by: ${commandLine(command)}`,
    `Before any change they ${how}: ${baseline.explanation}.`,
    "A change that deletes, skips or alters existing tests, or how they are run, does not count. New tests are welcome.",
    ...(output === "" || how === "pass" ? [] : ["Their output:", output]),
  ];
  return contextItem(lines.join("\n"));
}
