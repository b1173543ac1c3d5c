// Which command is taken for a project's own tests, and why others are not.
import { describe, expect, it } from "vitest";
import { findTests, type Machine } from "./find-tests.ts";

const machine = (...programs: string[]): Machine => ({
  has: (program) => ["node", "sh", "python3", ...programs].includes(program),
  hasPytest: () => programs.includes("pytest"),
});
const find = (files: Record<string, string>, ...programs: string[]) =>
  findTests(
    Object.entries(files).map(([path, content]) => ({ path, content })),
    machine(...programs),
  );
const pkg = (scripts: object) => ({ "package.json": JSON.stringify({ scripts }) });
const unit = "import unittest\n";

describe("a test command", () => {
  it.each<[string, Record<string, string>, string[], object]>([
    ["the test script", pkg({ test: "node --test" }), [], { command: { shell: "node --test" }, from: "package.json" }],
    [
      "it with what npm runs before",
      pkg({ pretest: "node build.mjs", test: "node --test" }),
      [],
      { command: { shell: "node build.mjs && node --test" } },
    ],
    [
      "other scripts in place of npm run",
      pkg({ test: "npm run build && npm run unit", build: "node b.mjs", unit: "node --test" }),
      [],
      { command: { shell: "node b.mjs && node --test" } },
    ],
    [
      "a script of the repository",
      { ...pkg({ test: "./check.sh fast" }), "check.sh": "" },
      [],
      { command: { shell: "./check.sh fast" } },
    ],
    ["node's own runner", { "a.test.mjs": "" }, [], { command: { argv: ["node", "--test"] } }],
    [
      "node's own runner instead of npm's example",
      { ...pkg({ test: 'echo "Error: no test specified" && exit 1' }), "a.test.js": "" },
      [],
      { command: { argv: ["node", "--test"] } },
    ],
    [
      "pytest",
      { "tests/test_a.py": "def test_a(): pass" },
      ["pytest"],
      { command: { argv: ["python3", "-m", "pytest", "-q"] } },
    ],
    [
      "unittest without pytest",
      { "tests/test_a.py": unit },
      [],
      { command: { argv: ["python3", "-m", "unittest", "discover", "-s", "tests"] } },
    ],
    ["go", { "go.mod": "module a" }, ["go"], { command: { argv: ["go", "test", "./..."] } }],
    ["cargo", { "Cargo.toml": "[package]" }, ["cargo"], { command: { argv: ["cargo", "test", "--offline"] } }],
    ["make", { Makefile: "all:\n\ncheck: all\n\techo\n" }, ["make"], { command: { argv: ["make", "check"] } }],
    [
      "make where npm's can't run",
      { ...pkg({ test: "vitest run" }), Makefile: "test:\n\tnode --test\n" },
      ["make"],
      { from: "Makefile" },
    ],
  ])("is %s", async (_, files, programs, found) => {
    expect(await find(files, ...programs)).toMatchObject(found);
  });

  it.each<[string, Record<string, string>, string]>([
    ["needs a package", pkg({ test: "vitest run" }), 'package.json: "vitest run" needs vitest, which is not there'],
    ["needs yarn", pkg({ test: "yarn unit" }), "needs yarn, which needs node_modules"],
    ["needs npx", pkg({ test: "npx jest" }), "npx can't fetch packages"],
    ["is not allowed", pkg({ test: "sudo node --test" }), '"sudo node --test" is not allowed'],
    ["is no shell", pkg({ test: "node '" }), "is no valid shell"],
    ["needs pytest", { "test_a.py": "def test_a(): pass" }, "needs pytest, which is not there"],
    ["needs go", { "go.mod": "module a" }, '"go test ./..." needs go'],
  ])("is none that %s, and it is said why", async (_, files, why) => {
    const found = await find(files);
    expect("reasons" in found && found.reasons.join()).toContain(why);
  });

  it("is none where there is nothing", async () => {
    expect(await find({ "package.json": "not json", "README.md": "" })).toEqual({ reasons: [] });
  });
});
