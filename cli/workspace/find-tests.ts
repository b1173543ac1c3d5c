// Finds a project's own test command among its files, as far as it can run in the sandbox.
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { judgeCommand } from "#sandbox/policy.ts";
import { systemPath } from "#sandbox/profile.ts";
import { isTestFile } from "#sandbox/stub.ts";

export type TestCommand = { readonly shell: string } | { readonly argv: readonly string[] };

export interface FoundTests {
  readonly command: TestCommand;
  /** Where it stands, such as "package.json". */
  readonly from: string;
}

/** Commands that were found and can't run, each with why. */
export interface NoTests {
  readonly reasons: readonly string[];
}

/** What the machine has that sandboxes see. */
export interface Machine {
  has(program: string): boolean;
  hasPytest(): boolean;
}

const noSuchScript = /no test specified/;
/** They find packages in node_modules, which is not in the copy. */
const packageManagers: ReadonlySet<string> = new Set(["npm", "npx", "pnpm", "pnpx", "yarn", "bun", "bunx", "corepack"]);
const builtins: ReadonlySet<string> = new Set(
  "cd echo printf test [ true false exit export set unset : . eval exec command pwd read shift trap umask wait type".split(
    " ",
  ),
);

/** The first that can run, in order of how surely it is meant. */
export async function findTests(
  files: readonly { path: string; content: string }[],
  machine: Machine = thisMachine,
): Promise<FoundTests | NoTests> {
  const reasons: string[] = [];
  for (const { command, from } of candidates(new Map(files.map(({ path, content }) => [path, content])), machine)) {
    const why = await whyNot(command, machine, files);
    if (why === undefined) return { command, from };
    reasons.push(`${from}: ${why}`);
  }
  return { reasons };
}

function* candidates(tree: ReadonlyMap<string, string>, machine: Machine): Iterable<FoundTests> {
  const script = packageScript(tree.get("package.json"));
  if (script !== undefined) yield { command: { shell: script }, from: "package.json" };
  const tests = [...tree.keys()].filter((path) => isTestFile(path));
  const python = tests.filter((path) => /(?:^|\/)(?:test_[^/]*|[^/]*_test|tests?)\.py$/.test(path));
  const saysPytest =
    tree.has("pytest.ini") || tree.has("conftest.py") || /\[tool\.pytest/.test(tree.get("pyproject.toml") ?? "");
  if (saysPytest || python.length > 0) {
    const isUnittest = python.some((path) => /^(?:import|from) unittest\b/m.test(tree.get(path)!));
    if (machine.hasPytest() || !isUnittest)
      yield { command: { argv: ["python3", "-m", "pytest", "-q"] }, from: "pytest" };
    const folder = /^(tests?)\//.exec(python[0] ?? "")?.[1];
    // A folder that is a package is found from the top; one that is not is where the search begins.
    const isApart =
      folder !== undefined &&
      !tree.has(`${folder}/__init__.py`) &&
      python.every((path) => path.startsWith(`${folder}/`));
    const below = isApart ? ["-s", folder] : [];
    if (isUnittest) yield { command: { argv: ["python3", "-m", "unittest", "discover", ...below] }, from: "unittest" };
  }
  if (tree.has("go.mod")) yield { command: { argv: ["go", "test", "./..."] }, from: "go.mod" };
  if (tree.has("Cargo.toml")) yield { command: { argv: ["cargo", "test", "--offline"] }, from: "Cargo.toml" };
  const makefile = tree.get("Makefile") ?? tree.get("makefile") ?? "";
  const target = /^(test|check)\s*:(?!=)/m.exec(makefile)?.[1];
  if (target !== undefined) yield { command: { argv: ["make", target] }, from: "Makefile" };
  if (script === undefined && tests.some((path) => /\.test\.[cm]?js$|(?:^|\/)test\/.*\.[cm]?js$/.test(path)))
    yield { command: { argv: ["node", "--test"] }, from: "the files *.test.js" };
}

/** The test script as npm would run it, with what it runs of the other scripts put in its place. */
function packageScript(text: string | undefined): string | undefined {
  const scripts = scriptsOf(text);
  const { test } = scripts;
  if (test === undefined || noSuchScript.test(test)) return undefined;
  let line = scripts.pretest === undefined ? test : `${scripts.pretest} && ${test}`;
  for (let depth = 0; depth < 5; depth++) {
    line = line.replace(
      /\bnpm (?:run(?:-script)? )?(?:--silent |-s )?([\w:.-]+)(?= *(?:&&|\|\||;|$))/g,
      (whole, name) => (scripts[name] === undefined ? whole : scripts[name]),
    );
  }
  return line;
}

function scriptsOf(text: string | undefined): Record<string, string> {
  try {
    const { scripts } = Object(JSON.parse(text ?? "{}"));
    return Object.fromEntries(Object.entries(Object(scripts)).filter(([, line]) => typeof line === "string")) as Record<
      string,
      string
    >;
  } catch {
    return {};
  }
}

/** Why the sandbox can't run a command; undefined when it can. */
async function whyNot(
  command: TestCommand,
  machine: Machine,
  files: readonly { path: string }[],
): Promise<string | undefined> {
  const line = "shell" in command ? command.shell : command.argv.join(" ");
  const { allowed, programs, violations, syntaxError } = await judgeCommand(command);
  if (syntaxError !== "") return `"${line}" is no valid shell (${syntaxError})`;
  if (!allowed) return `"${line}" is not allowed: ${violations[0]?.reason}`;
  for (const program of programs) {
    const isFile = files.some(({ path }) => path === program.replace(/^\.\//, ""));
    // A module of Python's comes with it, but for this one.
    const isModule = line.split(/\s+/).some((word, at, all) => word === program && all[at - 1] === "-m");
    const isThere =
      program === "pytest" ? machine.hasPytest() : isModule || builtins.has(program) || machine.has(program);
    if (isFile || (isThere && !packageManagers.has(program))) continue;
    return `"${line}" needs ${program}, which ${packageManagers.has(program) ? "needs node_modules" : "is not there"}`;
  }
  return undefined;
}

const places = systemPath.split(":");
const thisMachine: Machine = {
  has: (program) =>
    program === "node" || (!program.includes("/") && places.some((place) => isThere(join(place, program)))),
  hasPytest: () =>
    ["/usr/lib/python3/dist-packages/pytest/__init__.py", ...places.map((place) => `${place}/pytest`)].some(isThere),
};

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
