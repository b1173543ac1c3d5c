// Finds, pure, where a change takes something from a project's tests: deletes, skips or alters them, or how they are run.
import { diffLines } from "diff";
import { isTestFile } from "#sandbox/stub.ts";
import type { FileChange } from "./patch.ts";
import { partOfConfiguration, type TestWords, wholeConfiguration } from "./test-configuration.ts";

export interface Weakened {
  readonly path: string;
  /** Such as "deletes a.test.mjs". */
  readonly what: string;
}

/** Each file once, by its first reason. New test files, and what is only added to existing ones, are fine. */
export function weakened(changes: readonly FileChange[], words: TestWords): Weakened[] {
  return changes.flatMap((change) => {
    const what = weakening(change, words);
    return what === undefined ? [] : [{ path: change.path, what }];
  });
}

/** Whether what is there already belongs to the tests. */
export function isOfTests(path: string, words: TestWords): boolean {
  return isTestFile(path) || fixture.test(path) || words.has(path);
}

const fixture = /(?:^|\/)(?:__snapshots__|__fixtures__|fixtures|testdata)\//;

function weakening({ path, before, after }: FileChange, words: TestWords): string | undefined {
  if (wholeConfiguration(path, words))
    return `${before === undefined ? "adds" : after === undefined ? "deletes" : "changes"} ${path}, which says how tests run`;
  if (before === undefined)
    return standsBefore.test(path) ? `adds ${path}, which stands before what runs the tests` : undefined;
  if (partOfConfiguration(path, before) !== partOfConfiguration(path, after ?? ""))
    return `changes in ${path} how tests run`;
  if (words.has(path)) return `changes ${path}, which the test command names`;
  if (isTestFile(path) || fixture.test(path)) {
    if (after === undefined) return `deletes ${path}`;
    const line = lostLine(before, after);
    if (line !== undefined) return `changes what is tested in ${path}: ${JSON.stringify(line.slice(0, 80))}`;
    return count(after, silencers) > count(before, silencers) ? `skips tests in ${path}` : undefined;
  }
  const isLess = count(after ?? "", inlineTest) < count(before, inlineTest);
  if (isLess) return `deletes tests in ${path}`;
  return count(after ?? "", inlineSkip) > count(before, inlineSkip) ? `skips tests in ${path}` : undefined;
}

/** New files by these names would be loaded instead of the runner or of what it stands on. */
const standsBefore =
  /(?:^|\/)node_modules\/|(?:^|\/)\.npmrc$|^(?:src\/|lib\/)?(?:pytest|_pytest|unittest|doctest|nose|pluggy|assertpy)(?:\.py$|\/)/;

const silencers =
  /\.(?:skip|only|todo|fails|skipIf|runIf|failing)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\(|\bskip\s*:|\bonly\s*:|\btodo\s*:|@(?:unittest\.)?(?:skip|expectedFailure)|\bmark\.(?:skip|skipif|xfail)|\bpytest\.(?:skip|importorskip)|\b[tb]\.Skip(?:Now|f)?\(|#\[ignore|@Disabled|@Ignore\b|\bprocess\.exit|\bos\._exit|\bsys\.exit|\bif ?\(?(?:false|False|0)\b|\bpending\(|collect_ignore|__test__ *=/g;
const inlineTest = /#\[(?:\w+::)*test\b|^[ \t]*>>> /gm;
const inlineSkip = /#\[ignore|\bdoctest: *\+SKIP/g;

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** A line of an existing test that is no more: blank lines, indentation and imports that only take in more do not count. */
function lostLine(before: string, after: string): string | undefined {
  const edits = diffLines(before, after, { maxEditLength: 4000 });
  if (edits === undefined) return "most of it";
  const lines = (kind: "added" | "removed") =>
    edits.filter((edit) => edit[kind]).flatMap(({ value }) => value.split("\n").map((line) => line.trim()));
  const added = new Map<string, number>();
  const sources = new Set<string>();
  for (const line of lines("added")) {
    added.set(line, (added.get(line) ?? 0) + 1);
    const source = importedFrom(line);
    if (source !== undefined) sources.add(source);
  }
  return lines("removed").find((line) => {
    if (line === "") return false;
    const again = added.get(line) ?? 0;
    if (again > 0) {
      added.set(line, again - 1);
      return false;
    }
    const source = importedFrom(line);
    return source === undefined || !sources.has(source);
  });
}

function importedFrom(line: string): string | undefined {
  const found =
    /^(?:import|export)\b.*?["']([^"']+)["']/.exec(line) ??
    /\brequire\(["']([^"']+)["']\)/.exec(line) ??
    /^from (\S+) import\b/.exec(line) ??
    /^use ([\w:]+)/.exec(line);
  return found?.[1];
}
