// Reads what test runners print: how many tests ran, and which of them failed. Only a reading: anyone can print such lines.
import type { Failed } from "./check.ts";
import { parseTap } from "./tap.ts";

/** What a runner's output shows. */
export interface RunnerOutput {
  /** Such as "pytest" or "tap". */
  readonly runner: string;
  readonly passed: number;
  /** Those that failed; more than `named` where names could not be read. */
  readonly failed: number;
  /** Each once. */
  readonly named: readonly Failed[];
}

interface Runner {
  readonly name: string;
  /** A line of its summary: `counts` holds words such as "3 passed, 1 failed", the other groups hold one number each. */
  readonly summary: RegExp;
  /** A line that names a test that failed: the group name, and kind or message where they stand on it. */
  readonly failure?: RegExp;
}

/** In the order they are asked; every summary that is found counts, since one command may run several suites. */
const runners: readonly Runner[] = [
  {
    name: "node",
    summary: /^ℹ (?<counts>(?:pass|fail|cancelled) \d+)$/gm,
    failure: /^ *✖ (?!failing tests:$)(?<name>.+?)(?: \([\d.]+ms\))?(?: # .*)?$/gm,
  },
  { name: "vitest", summary: /^ *Tests {2}(?<counts>.+ \(\d+\))$/gm, failure: /^ *FAIL +(?<name>\S+ > .+)$/gm },
  { name: "jest", summary: /^Tests: +(?<counts>.+), \d+ total$/gm, failure: /^ *● (?<name>.+ › .+)$/gm },
  {
    name: "pytest",
    summary: /^(?:=+ )?(?<counts>(?:\d+ [a-z]+, )*(?:\d+ [a-z]+|no tests ran)) in [\d.]+s(?: \([\d:]+\))?(?: =+)?$/gm,
    failure: /^(?:FAILED|ERROR) (?<name>\S+)(?: - (?<message>(?<kind>[\w.]*).*))?$/gm,
  },
  {
    name: "unittest",
    summary: /^Ran (?<total>\d+) tests? in [\d.]+s\n\n(?:OK|FAILED|NO TESTS RAN)(?: \((?<counts>.+)\))?$/gm,
    failure: /^(?:FAIL|ERROR): (?<name>.+)$/gm,
  },
  {
    name: "cargo",
    summary: /^test result: \w+\. (?<passed>\d+) passed; (?<failed>\d+) failed;/gm,
    failure: /^test (?<name>\S+) \.\.\. FAILED$/gm,
  },
  { name: "mocha", summary: /^ +(?<counts>\d+ (?:passing|failing))(?: \(.*\))?$/gm },
  { name: "rspec", summary: /^(?<total>\d+) examples?, (?<failed>\d+) failures?/gm, failure: /^rspec (?<name>\S+)/gm },
  {
    name: "junit",
    summary: /^(?:\[\w+\] )?Tests run: (?<total>\d+), (?<counts>Failures: \d+, Errors: \d+, Skipped: \d+)$/gm,
  },
  { name: "prove", summary: /^Files=\d+, Tests=(?<total>\d+),/gm },
  { name: "ctest", summary: /^\d+% tests passed, (?<failed>\d+) tests? failed out of (?<total>\d+)$/gm },
];

/** Longer lines are no runner's. */
const maxLine = 500;
const escapes = /\x1b\[[0-9;?]*[A-Za-z]/g;
/** How the parts of a count are called, and which number they are. */
const words: Readonly<Record<string, "passed" | "failed" | "skipped">> = {
  ...{ passed: "passed", passing: "passed", failed: "failed", failing: "failed", failures: "failed" },
  ...{ pass: "passed", fail: "failed", cancelled: "failed", error: "failed", errors: "failed", skipped: "skipped" },
};

/** Undefined where no runner is known by its output. */
export function runnerOutput(stdout: string, stderr: string): RunnerOutput | undefined {
  const tap = /^TAP version \d+|^1\.\.\d+/m.test(stdout) ? tapOutput(stdout) : undefined;
  if (tap !== undefined) return tap;
  const lines = `${stdout}\n${stderr}`.replace(escapes, "").split(/\r?\n/);
  const text = lines.filter((line) => line.length <= maxLine).join("\n");
  for (const runner of runners) {
    const found = read(runner, text);
    if (found !== undefined) return found;
  }
  return goOutput(text);
}

function read({ name, summary, failure }: Runner, text: string): RunnerOutput | undefined {
  const sum = { passed: 0, failed: 0, skipped: 0, total: 0 };
  let lines = 0;
  for (const { groups = {} } of text.matchAll(summary)) {
    lines++;
    const { counts = "", ...numbers } = groups;
    for (const [key, value] of Object.entries(numbers)) sum[key as keyof typeof sum] += Number(value ?? 0);
    for (const [, before, word, after] of counts.matchAll(/(?:(\d+) )?([a-z]+)(?:(?:=|: | )(\d+))?/gi)) {
      const key = words[word!.toLowerCase()];
      if (key !== undefined) sum[key] += Number(before ?? after ?? 0);
    }
  }
  if (lines === 0) return undefined;
  const passed = sum.total > 0 ? Math.max(0, sum.total - sum.failed - sum.skipped) : sum.passed;
  return { runner: name, passed, failed: sum.failed, named: sum.failed > 0 && failure ? named(text, failure) : [] };
}

/** Tests that are skipped or still to do do not fail here: the project's runner decides. */
function tapOutput(stdout: string): RunnerOutput | undefined {
  const { tests } = parseTap(stdout);
  const failed = tests.filter(({ passed, kind }) => !passed && kind !== "skipped" && kind !== "todo");
  const passed = tests.filter((test) => test.passed).length;
  if (tests.length === 0 && !/^1\.\.0/m.test(stdout)) return undefined;
  return { runner: "tap", passed, failed: failed.length, named: failed };
}

/** `go test` counts packages unless it is told to be verbose. */
function goOutput(text: string): RunnerOutput | undefined {
  const packages = [...text.matchAll(/^(?:ok|FAIL|\?) *\t\S+(?:\t.*| \[.*\])$/gm)].map(([line]) => line);
  if (packages.length === 0) return undefined;
  const shown = text.match(/^ *--- PASS: /gm)?.length ?? 0;
  const well = packages.filter((line) => line.startsWith("ok") && !line.includes("[no tests to run]")).length;
  const list = named(text, /^ *--- FAIL: (?<name>\S+)/gm);
  const broken = packages.filter((line) => line.startsWith("FAIL")).length;
  return { runner: "go", passed: shown || well, failed: list.length || broken, named: list };
}

/** The tests a pattern finds, with the error that stands on the line or soon after it. */
function named(text: string, failure: RegExp): Failed[] {
  const found = new Map<string, Failed>();
  for (const match of text.matchAll(failure)) {
    const name = match.groups!.name!.trim();
    const after = text.slice(match.index + match[0].length, match.index + match[0].length + 2000);
    const error = /^[ \t>E]*(?<message>(?<kind>(?:\w+\.)*\w*(?:Error|Exception))\b.*)$/m.exec(
      after.split(/\n\s*\n\s*\n/)[0]!,
    );
    const { kind, message } = match.groups!.message === undefined ? (error?.groups ?? {}) : match.groups!;
    if (found.get(name)?.message && !message) continue;
    found.set(name, { name, kind: kind || "failed", message: (message ?? "").trim().slice(0, 300) });
  }
  return [...found.values()];
}
