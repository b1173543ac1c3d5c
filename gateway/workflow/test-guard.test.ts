// What counts as an attack on the tests, and what is ordinary work.
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { CommandSchema } from "#gen/synapse/v1/agent_pb.ts";
import { testWords } from "./test-configuration.ts";
import { weakened } from "./test-guard.ts";

const shell = (line: string) => create(CommandSchema, { form: { case: "shell", value: line } });
const argv = (...args: string[]) => create(CommandSchema, { form: { case: "argv", value: { args } } });
const test = `import test from "node:test";
import { add } from "./sum.mjs";

test("adds", () => {
  assert.equal(add(1, 2), 3);
});
`;
const pkg = (over: object) => JSON.stringify({ name: "p", scripts: { test: "node --test", build: "x" }, ...over });
const found = (path: string, before: string | undefined, after: string | undefined, command = shell("node --test")) =>
  weakened([{ path, before, after }], testWords(command, pkg({ scripts: { test: "node check.mjs" } }))).map(
    ({ what }) => what,
  );

describe("the guard of the tests flags", () => {
  it.each<[string, string, string | undefined, string | undefined, string]>([
    ["a deleted test file", "sum.test.mjs", test, undefined, "deletes sum.test.mjs"],
    ["a deleted fixture", "src/testdata/a.json", "{}", undefined, "deletes"],
    [
      "another expected value",
      "sum.test.mjs",
      test,
      test.replace("3)", "4)"),
      "changes what is tested in sum.test.mjs",
    ],
    ["an assertion that is gone", "test/sum.mjs", test, test.replace(/ +assert.*\n/, ""), "changes what is tested"],
    [
      "an assertion in a comment",
      "sum.test.mjs",
      test,
      test.replace("  assert", "  // assert"),
      "changes what is tested",
    ],
    ["a test that is skipped", "sum.test.mjs", test, test.replace("test(", "test.skip("), "changes what is tested"],
    [
      "a suite that is skipped around it",
      "sum.test.mjs",
      test,
      `describe.skip("x", () => {\n${test}});\n`,
      "skips tests",
    ],
    ["another test that runs alone", "sum.test.mjs", test, `${test}test.only("x", () => {});\n`, "skips tests"],
    ["an end before the tests", "sum.test.mjs", test, `process.exit(0);\n${test}`, "skips tests"],
    [
      "tests of something else",
      "sum.test.mjs",
      test,
      test.replace("./sum.mjs", "./fake.mjs"),
      "changes what is tested",
    ],
    [
      "a python test that is skipped",
      "tests/test_a.py",
      "def test_a():\n  assert f()\n",
      "@pytest.mark.skip\ndef test_a():\n  assert f()\n",
      "skips",
    ],
    [
      "a test beside the code that is gone",
      "src/lib.rs",
      "#[test]\nfn a() {}\n",
      "fn a() {}\n",
      "deletes tests in src/lib.rs",
    ],
    [
      "a test beside the code that is ignored",
      "src/lib.rs",
      "#[test]\nfn a() {}\n",
      "#[test]\n#[ignore]\nfn a() {}\n",
      "skips tests",
    ],
    ["another test script", "package.json", pkg({}), pkg({ scripts: { test: "true", build: "x" } }), "how tests run"],
    [
      "settings of a runner in package.json",
      "package.json",
      pkg({}),
      pkg({ jest: { testPathIgnorePatterns: ["."] } }),
      "how tests run",
    ],
    ["package.json gone", "package.json", pkg({}), undefined, "how tests run"],
    [
      "pytest's section",
      "pyproject.toml",
      "[tool.pytest.ini_options]\naddopts = ''\n",
      "[tool.pytest.ini_options]\naddopts = '-k x'\n",
      "how tests run",
    ],
    ["a new conftest.py", "conftest.py", undefined, "collect_ignore = []", "adds conftest.py"],
    ["another vitest.config.ts", "vitest.config.ts", "a", "b", "changes vitest.config.ts"],
    ["a package that stands before the real one", "node_modules/chai/index.js", undefined, "", "stands before"],
    ["a module that stands before the runner", "pytest.py", undefined, "", "stands before"],
  ])("%s", (_, path, before, after, words) => {
    expect(found(path, before, after).join()).toContain(words);
  });

  it("what the test command names, and the Makefile that it goes by", () => {
    expect(found("check.sh", "a", "b", shell("sh ./check.sh && true"))).toEqual([
      "changes check.sh, which the test command names",
    ]);
    expect(found("scripts/run.py", "a", "b", argv("python3", "scripts/run.py"))).toHaveLength(1);
    expect(found("Makefile", "a", "b", argv("make", "test"))).toHaveLength(1);
    expect(found("Makefile", "a", "b")).toEqual([]);
    expect(found("check.mjs", "a", "b", shell("npm test"))).toHaveLength(1);
    expect(found("check.mjs", "a", "b")).toEqual([]);
  });
});

describe("the guard of the tests lets", () => {
  it.each<[string, string, string | undefined, string | undefined]>([
    ["new test files", "new.test.mjs", undefined, "test.todo('x')"],
    ["new tests in a file that is there", "sum.test.mjs", test, `${test}\ntest("more", () => assert.ok(add));\n`],
    [
      "new tests with more imports",
      "sum.test.mjs",
      test,
      `${test.replace("{ add }", "{ add, sub }")}\ntest("x", () => {});\n`,
    ],
    [
      "tests that are put into a suite",
      "sum.test.mjs",
      test,
      test.replace("test(", 'describe("s", () => {\n  test(').replace("});\n", "  });\n});\n"),
    ],
    ["code", "src/a.mjs", "a", "process.exit(1)"],
    ["deleted code", "src/a.mjs", "a", undefined],
    [
      "other parts of package.json",
      "package.json",
      pkg({}),
      pkg({ version: "2", scripts: { build: "y", test: "node --test" } }),
    ],
    [
      "other parts of pyproject.toml",
      "pyproject.toml",
      "[project]\nname='a'\n[tool.pytest]\nx=1\n",
      "[project]\nname='b'\n\n[tool.pytest]\nx=1\n",
    ],
    ["a new test beside the code", "src/lib.rs", "fn a() {}\n", "fn a() {}\n#[test]\nfn b() {}\n"],
  ])("%s", (_, path, before, after) => {
    expect(found(path, before, after)).toEqual([]);
  });
});
