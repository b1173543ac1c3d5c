// Knows, pure, which files and which parts of files say how a project's tests are run.
import type { Command } from "#gen/synapse/v1/agent_pb.ts";

/** What the test command is made of; a path among it belongs to the tests. */
export type TestWords = ReadonlySet<string>;

/** The words of a command, without the quotes and signs of a shell; those of its script too, where it is a package manager's. */
export function testWords({ form }: Command, packageJson = ""): TestWords {
  const text = form.case === "argv" ? form.value.args.join("\n") : (form.value ?? "");
  const words = wordsIn(text);
  if (form.case === "argv") for (const word of form.value.args) words.add(word);
  if (["npm", "pnpm", "yarn", "bun"].some((manager) => words.has(manager)))
    for (const [, line] of testScripts(packageJson) ?? []) for (const word of wordsIn(String(line))) words.add(word);
  return words;
}

function wordsIn(text: string): Set<string> {
  return new Set(text.split(/[\s"'`;&|()<>=]+/).map((word) => word.replace(/^(\.\/)+/, "")));
}

const configurations =
  /(?:^|\/)(?:(?:vitest|jest|karma|playwright|cypress|ava|wdio|mocha)\.(?:config|setup|workspace)\.\w+|\.(?:mocharc|taprc|nycrc|c8rc)(?:\.\w+)?|pytest\.ini|tox\.ini|conftest\.py|noxfile\.py|phpunit\.xml(?:\.dist)?|\.rspec|(?:site|user)customize\.py)$/;
const makefile = /(?:^|\/)(?:GNUmakefile|[Mm]akefile)$/;

/** Files that are about tests alone, or that the command is made from: no change of them is small. */
export function wholeConfiguration(path: string, words: TestWords): boolean {
  return configurations.test(path) || (makefile.test(path) && (words.has("make") || words.has("gmake")));
}

/** The part of a file that says how tests run, made comparable; empty where it says nothing of it. */
export function partOfConfiguration(path: string, content: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "package.json") return partOfPackage(content);
  if (name === "pyproject.toml" || name === "setup.cfg" || name === "Cargo.toml") return partOfSections(content);
  if (/^vite\.config\.\w+$/.test(name)) return /\btest\b/.test(content) ? content : "";
  return "";
}

const runnerKeys = ["jest", "mocha", "ava", "tap", "vitest", "nyc", "c8", "jasmine"];

function partOfPackage(content: string): string {
  const parsed = parsedPackage(content);
  if (parsed === undefined) return content;
  return JSON.stringify([testScripts(content)?.sort(), ...runnerKeys.map((key) => parsed[key] ?? null)]);
}

function testScripts(content: string): [string, unknown][] | undefined {
  const parsed = parsedPackage(content);
  return parsed && Object.entries(Object(parsed.scripts)).filter(([name]) => /test/i.test(name));
}

function parsedPackage(content: string): Record<string, unknown> | undefined {
  try {
    return Object(JSON.parse(content));
  } catch {
    return undefined;
  }
}

/** Sections whose header names tests, line by line without blanks. */
function partOfSections(content: string): string {
  let isOfTests = false;
  const kept = content.split("\n").filter((line) => {
    if (/^\s*\[/.test(line)) isOfTests = /test|coverage|tox|nox/i.test(line);
    return isOfTests && line.trim() !== "";
  });
  return kept.map((line) => line.trim()).join("\n");
}
