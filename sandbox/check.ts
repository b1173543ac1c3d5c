// Judges what a command did. Pure: the expected values are compared here, on the host, and never enter a sandbox.
import { createHash } from "node:crypto";
import type { SandboxResult } from "./sandbox.ts";
import { parseTap } from "./tap.ts";

/** A test from outside: what goes in, and all that must come out. */
export interface Case {
  readonly name: string;
  readonly stdin: string;
  readonly stdout: string;
  /** 0 when absent. */
  readonly exitCode?: number;
}

export interface Failed {
  readonly name: string;
  /** The class of the error, such as "timeout", "TypeError" or "wrong-output". */
  readonly kind: string;
  /** One line: what was expected and what came. */
  readonly message: string;
}

export interface Report {
  readonly passed: number;
  readonly failed: readonly Failed[];
}

/** Why a case failed; undefined when it passed. */
export function judgeCase(test: Case, result: SandboxResult): Failed | undefined {
  const stopped = stoppedBy(result, test.exitCode);
  if (stopped !== undefined) return { name: test.name, ...stopped };
  const wrong = firstDifference(test.stdout, Buffer.from(result.stdout).toString("utf8"));
  return wrong === undefined ? undefined : { name: test.name, kind: "wrong-output", message: wrong };
}

/**
 * What a run of tests came to. Its output is in the hands of the code under test, so it counts only when it is whole,
 * reports exactly as many tests as there are, and the command ended well.
 */
export function judgeTests(required: number, result: SandboxResult): Report {
  const { tests, flaw } = parseTap(Buffer.from(result.stdout).toString("utf8"));
  const passed = tests.filter((test) => test.passed).length;
  const failed: Failed[] = tests
    .filter((test) => !test.passed)
    .map(({ name, kind, message }) => ({ name, kind, message: line(message) }));
  const stopped = stoppedBy(result);
  const whole = (kind: string, message: string) => ({
    passed,
    failed: [...failed, { name: "all tests", kind, message }],
  });
  if (result.killedBy !== undefined && stopped !== undefined) return whole(stopped.kind, stopped.message);
  if (flaw !== undefined)
    return whole(stopped?.kind ?? "no-report", stopped === undefined ? flaw : `${flaw}: ${stopped.message}`);
  if (tests.length !== required)
    return whole("wrong-count", `${tests.length} tests were reported, there are ${required}`);
  if (failed.length === 0 && stopped !== undefined) return whole(stopped.kind, stopped.message);
  return { passed, failed };
}

/** Identifies a failure over repairs: a digest of the failed names and their kinds, in any order; empty when none failed. */
export function signature(failed: readonly Failed[]): string {
  if (failed.length === 0) return "";
  const parts = failed.map(({ name, kind }) => JSON.stringify([name, kind])).sort();
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}

/** Where two texts differ; space at the ends of lines and of the text does not count. */
export function firstDifference(expected: string, actual: string): string | undefined {
  const [want, got] = [linesOf(expected), linesOf(actual)];
  for (let index = 0; index < Math.max(want.length, got.length); index++) {
    if (want[index] === got[index]) continue;
    return `line ${index + 1}: expected ${quoted(want[index])}, got ${quoted(got[index])}`;
  }
  return undefined;
}

function linesOf(text: string): string[] {
  const trimmed = text.trimEnd(); // trimEnd, since a pattern would take quadratic time on a megabyte of spaces
  return trimmed === "" ? [] : trimmed.split("\n").map((one) => one.trimEnd());
}

function quoted(text: string | undefined): string {
  return text === undefined ? "no such line" : JSON.stringify(cut(text));
}

/** What kept the command from ending well: a limit, a signal, an exit code. */
function stoppedBy({ exitCode, killedBy, stderr }: SandboxResult, expected = 0): Omit<Failed, "name"> | undefined {
  if (killedBy === "wall") return { kind: "timeout", message: "did not end in time" };
  if (killedBy !== undefined) return { kind: `limit-${killedBy}`, message: `was ended by its ${killedBy} limit` };
  if (exitCode === expected) return undefined;
  const thrown = thrownError(Buffer.from(stderr).toString("utf8"));
  if (thrown !== undefined) return { kind: thrown.name, message: line(thrown.text) };
  return exitCode < 0
    ? { kind: "signal", message: "was ended by a signal" }
    : { kind: `exit-${exitCode}`, message: `ended with exit code ${exitCode}, not ${expected}` };
}

/** The last line that looks like an uncaught error, of Node or Python. */
function thrownError(stderr: string): { name: string; text: string } | undefined {
  const found = [...stderr.matchAll(/^(?:Uncaught )?((?:\w+\.)*\w*(?:Error|Exception))(?: \[\w+\])?(?::.*)?$/gm)].at(
    -1,
  );
  return found === undefined ? undefined : { name: found[1]!, text: found[0] };
}

function line(text: string): string {
  return cut(
    text
      .slice(0, 4096)
      .replace(/\s*\n\s*/g, " ")
      .trim(),
  );
}

function cut(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}
