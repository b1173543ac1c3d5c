// Knows, pure, which files and which parts of files say how a project's tests are run.

const configurations =
  /(?:^|\/)(?:(?:vitest|jest|karma|playwright|cypress|ava|wdio|mocha)\.(?:config|setup|workspace)\.\w+|\.(?:mocharc|taprc|nycrc|c8rc)(?:\.\w+)?|pytest\.ini|tox\.ini|conftest\.py|noxfile\.py|phpunit\.xml(?:\.dist)?|\.rspec|(?:site|user)customize\.py)$/;
const makefile = /(?:^|\/)(?:GNUmakefile|[Mm]akefile)$/;

/** Files that are about tests alone, or that the command is made from: no change of them is small. */
export function wholeConfiguration(path: string, words: readonly string[]): boolean {
  return configurations.test(path) || (makefile.test(path) && words.some((word) => /^g?make$/.test(word)));
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
  let parsed: Record<string, unknown>;
  try {
    parsed = Object(JSON.parse(content));
  } catch {
    return content;
  }
  const scripts = Object.entries(Object(parsed.scripts)).filter(([name]) => /test/i.test(name));
  return JSON.stringify([scripts.sort(), ...runnerKeys.map((key) => parsed[key] ?? null)]);
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
