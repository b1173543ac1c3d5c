// Runs on a repository: what they ask of the coder, what they take of its answers, and what they give.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Reason } from "#core/failure.ts";
import { Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { RunState } from "#gen/synapse/v1/run_pb.ts";
import { bwrapSandbox } from "#sandbox/bwrap.ts";
import type { Sandbox } from "#sandbox/sandbox.ts";
import { type Answer, ran as ranIn, repository, right, sum, test } from "./testing/workspace-run.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await bwrapSandbox();
});
afterAll(() => sandbox.close());

const ran = (answers: Answer[], options?: Parameters<typeof ranIn>[2]) => ranIn(sandbox, answers, options);

describe("a run on a repository", () => {
  it("runs the tests as they are, shows the map and the files that are asked for, and gives a patch", async () => {
    const { run, steps, asked, plans, text, names } = await ran([
      { wanted: ["./src/sum.mjs", "src/nothing.mjs", "sum.mjs", "src"] },
      { files: { "src/sum.mjs": right } },
    ]);
    expect(run).toMatchObject({ state: RunState.COMPLETED, outcome: Outcome.PASSED });
    expect(run.explanation).toBe(
      `all 2 of the project's own tests passed; before the change, 1 of 2 of the project's own tests failed; first "adds": AssertionError [ERR_ASSERTION]: -1 == 3`,
    );
    expect(steps).toEqual(["baseline", "plan", "research", "code", "code-with-files", "execute"]);
    expect(plans[0]?.context[0]).toContain("src/sum.mjs (36 bytes): sum");
    expect(plans[0]?.context[1]).toContain("Before any change they fail: 1 of 2");
    expect(asked[0]).toMatchObject({ repository: true, files: [] });
    expect(asked[0]?.context[0]).toContain(".env: may hold secrets");
    expect(asked[1]?.files).toMatchObject([{ path: "src/sum.mjs", content: sum }]);
    expect(asked[1]?.context.at(-1)).toContain("There is no file src/nothing.mjs.");
    expect(asked[1]?.context.at(-1)).toContain("There is no file sum.mjs; there is src/sum.mjs.");
    expect(asked[1]?.context.at(-1)).toContain("src is a folder with src/sum.mjs.");
    expect(text("changes.patch")).toBe(
      `diff --git a/src/sum.mjs b/src/sum.mjs\n--- a/src/sum.mjs\n+++ b/src/sum.mjs\n@@ -1,1 +1,1 @@\n-${sum}+${right}`,
    );
    expect(names.filter((name) => name.startsWith("files/"))).toEqual(["files/src/sum.mjs"]);
  });

  it("repairs with the output of the tests and what it changed so far", async () => {
    const { run, steps, asked } = await ran([
      { wanted: ["src/sum.mjs"] },
      { files: { "src/sum.mjs": sum.replace("-", "*"), "src/new.mjs": "" } },
      { files: { "src/sum.mjs": right } },
    ]);
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(steps.slice(-2)).toEqual(["code-2", "execute-2"]);
    expect(asked[2]?.failure?.execution?.stdout).toContain("2 == 3");
    expect(asked[2]?.files.map(({ path }) => path)).toEqual(["src/new.mjs", "src/sum.mjs"]);
  });

  it("asks the reviewer after the same failure twice, stops after the third, not passed, with the patch", async () => {
    const { run, steps, text } = await ran([{ files: { "src/new.mjs": "1" } }, { files: { "src/new.mjs": "2" } }]);
    expect(run).toMatchObject({ state: RunState.COMPLETED, outcome: Outcome.NOT_PASSED });
    expect(run.explanation).toContain("the same failure came back a third time");
    expect(steps).toContain("review-2");
    expect(text("changes.patch")).toContain("+++ b/src/new.mjs");
  });

  it("does not let files be written over that were not seen: it shows them and asks again", async () => {
    const { run, asked } = await ran([{ files: { "src/sum.mjs": right } }]);
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.context.at(-1)).toContain("src/sum.mjs was written over without having been seen.");
  });

  it("goes on where it was when the gateway is started again: what was asked is not asked again", async () => {
    const { run, asked, plans, steps } = await ran([
      { wanted: ["src/sum.mjs"] },
      { files: { "src/sum.mjs": sum.replace("-", "*") } },
      { restart: true },
      { files: { "src/sum.mjs": right } },
    ]);
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(plans).toHaveLength(1);
    expect(asked).toHaveLength(4);
    expect(asked[3]).toEqual(asked[2]);
    expect(steps.slice(-3)).toEqual(["execute", "code-2", "execute-2"]);
  });

  it("asks a human before the change is run, who may send it back with a note", async () => {
    const { run, asked, steps } = await ran(
      [
        { wanted: ["src/sum.mjs"] },
        { files: { "src/sum.mjs": sum.replace("-", "*") } },
        { files: { "src/sum.mjs": right } },
      ],
      {
        approve: ["execute"],
        votes: { execute: { approved: false, note: "add, please" }, "execute-2": { approved: true, note: "" } },
      },
    );
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(run.approvals[0]?.prompt).toContain("src/sum.mjs");
    expect(asked[2]).toMatchObject({ failure: { round: 1, advice: "add, please" }, files: [{ path: "src/sum.mjs" }] });
    expect(steps.slice(-3)).toEqual(["execute", "code-2", "execute-2"]);
  });

  it("says when the tests passed before as well", async () => {
    const { run } = await ran([{ files: { "src/new.mjs": "" } }], { files: { ...repository, "src/sum.mjs": right } });
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(run.explanation).toContain("they passed before the change too");
  });

  it.each<[string, Answer, string]>([
    ["outside", { files: { "../evil": "" } }, "has an empty, . or .. part"],
    ["absolute", { files: { "/etc/passwd": "" } }, "is absolute"],
    ["in git's own folder", { files: { "a/.GIT/hooks/pre-commit": "" } }, "lies in git's own folder"],
    ["left out of the copy", { files: { ".env": "KEY=1" } }, "in the repository but not in the copy"],
    ["that is a folder", { files: { src: "" } }, "both a file and a folder"],
    ["that is not there", { deleted: ["gone.mjs"] }, "it is not there"],
    ["without any change", {}, "changes nothing"],
  ])("takes no answer with a path %s, and fails after asking again three times", async (_, answer, words) => {
    const { run, asked } = await ran([answer]);
    expect(run).toMatchObject({ state: RunState.FAILED, failure: { reason: Reason.ENGINE_OUTPUT } });
    expect(run.failure?.message).toContain(words);
    expect(asked).toHaveLength(4);
  });

  it("lets the coder ask for files three times, and no more", async () => {
    const { run, asked } = await ran([{ wanted: ["README.md"] }]);
    expect(run.failure?.message).toContain("asked 4 times");
    expect(asked[3]?.context.at(-1)).toContain("answer with the change now");
  });

  it("ends, not passed, when the engine has nothing better to offer", async () => {
    const { run } = await ran([{ files: { "src/new.mjs": "" } }, { cannot: true }]);
    expect(run).toMatchObject({ state: RunState.COMPLETED, outcome: Outcome.NOT_PASSED });
    expect(run.explanation).toContain("no other version");
  });

  it.each([
    ["a program that is not there", "vitest run", "vitest: not found"],
    ["a package that is not there", "node needs.mjs", "the package express is not there"],
  ])("asks no model where the tests need %s", async (_, line, words) => {
    const files = { ...repository, "needs.mjs": 'import "express";' };
    const { run, asked, plans } = await ran([{}], { files, line });
    expect(run).toMatchObject({ state: RunState.FAILED, failure: { reason: Reason.INVALID_INPUT } });
    expect(run.failure?.message).toContain(words);
    expect([...asked, ...plans]).toEqual([]);
  });
});

describe("the tests of a repository", () => {
  const seen = { wanted: ["src/sum.mjs", "sum.test.mjs"] };
  const weaker = test.replace("sum(1, 2), 3", "sum(1, 2), -1");

  it.each<[string, Answer, string]>([
    ["alters", { files: { "sum.test.mjs": weaker } }, "changes what is tested in sum.test.mjs"],
    ["deletes", { deleted: ["sum.test.mjs"], files: { "new.test.mjs": "" } }, "deletes sum.test.mjs"],
    ["skips", { files: { "sum.test.mjs": test.replace('test("adds"', 'test.skip("adds"') } }, "changes what is tested"],
    [
      "also alters, with the right code",
      { files: { "sum.test.mjs": weaker, "src/sum.mjs": right } },
      "changes what is",
    ],
  ])("do not pass by a change that %s them, whatever the exit code", async (_, answer, words) => {
    const { run, text } = await ran([seen, answer, { cannot: true }]);
    expect(run.outcome).toBe(Outcome.NOT_PASSED);
    expect(run.explanation).toContain(words);
    expect(text("changes.patch")).not.toContain("sum.test.mjs");
  });

  it("are reviewed with what the coder saw, when it touches them again and changes nothing else", async () => {
    const { run, reviewed } = await ran([seen, { files: { "sum.test.mjs": weaker } }]);
    expect(run.outcome).toBe(Outcome.NOT_PASSED);
    expect(reviewed).toEqual([["src/sum.mjs", "sum.test.mjs"]]);
  });

  it("are put back, and the coder is told: the right code alone passes then", async () => {
    const { run, asked } = await ran([seen, { files: { "sum.test.mjs": weaker, "src/sum.mjs": right } }, {}]);
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(asked[2]?.failure?.execution?.explanation).toContain("was taken back and does not count as passing");
    expect(asked[2]?.files.find(({ path }) => path === "sum.test.mjs")?.content).toBe(test);
  });

  it("may grow, when those that were there pass as they were", async () => {
    const grown = `${test}test("adds more", () => assert.equal(sum(2, 2), 4));\n`;
    const { run, steps, text } = await ran([seen, { files: { "sum.test.mjs": grown, "src/sum.mjs": right } }]);
    expect(run.outcome).toBe(Outcome.PASSED);
    expect(steps.at(-1)).toBe("original-tests");
    expect(text("changes.patch")).toContain('+test("adds more"');
  });

  it("do not pass by what is added to them", async () => {
    const trick = `${test}globalThis.isTested = true;\n`;
    const code = "export const sum = (a, b) => (globalThis.isTested ? a + b : a - b);\n";
    const { run } = await ran([seen, { files: { "sum.test.mjs": trick, "src/sum.mjs": code } }, { cannot: true }]);
    expect(run.outcome).toBe(Outcome.NOT_PASSED);
    expect(run.explanation).toContain("passes only with the changes of sum.test.mjs");
  });

  it("do not pass by code that ends the process before they run", async () => {
    const { run } = await ran([seen, { files: { "src/sum.mjs": `process.exit(0);\n${right}` } }, { cannot: true }]);
    expect(run.outcome).toBe(Outcome.NOT_PASSED);
  });
});
