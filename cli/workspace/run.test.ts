// `synapse run --workspace` and `synapse apply` as a script meets them: what is asked for, said, written and given back.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { patchOf } from "#gateway/workflow/patch.ts";
import { type TestRepository, testRepository } from "#gateway/workflow/testing/repository.ts";
import { synapse } from "../testing/command.ts";
import { type FakeGateway, fakeGateway, type Script } from "../testing/fake-gateway.ts";
import { notPassing, passing } from "../testing/scripts.ts";

const changes = patchOf([
  { path: "a.mjs", before: "a\n", after: "b\n" },
  { path: "new.mjs", before: undefined, after: "n\n" },
]);
const artifacts = { "changes.patch": changes, "files/a.mjs": "b\n", "files/new.mjs": "n\n" };
const hostile = patchOf([{ path: "../\x1b[31mevil", before: undefined, after: "x" }]);
const scripts: Record<string, Script> = {
  pass: { ...passing, artifacts },
  fail: { ...notPassing, artifacts },
  hostile: { ...passing, artifacts: { "changes.patch": hostile } },
};

let repository: TestRepository;
let gateway: FakeGateway;
beforeAll(async () => {
  gateway = await fakeGateway((task) => scripts[task] ?? passing);
});
afterAll(() => gateway.close());
beforeEach(() => {
  repository = testRepository({
    "a.mjs": "a\n",
    "a.test.mjs": "",
    "package.json": '{"scripts": {"test": "node --test"}}',
    "x.png": new Uint8Array([0]),
  });
});
afterEach(() => repository.remove());
const call = (...args: string[]) =>
  synapse(args, { cwd: repository.path, gateway: gateway.url, env: { SYNAPSE_DATA_DIR: "/nowhere" } });

describe("synapse run --workspace", () => {
  it("sends the copy, its tests and its commit, says so, and writes nothing", async () => {
    const digest = repository.digest();
    const { code, stdout, stderr } = await call("run", "-w", ".", "pass");
    const { request } = gateway.created.at(-1)!;
    expect(request.workspace).toMatchObject({
      files: [{ path: "a.mjs", content: "a\n" }, { path: "a.test.mjs" }, { path: "package.json" }],
      test: { form: { case: "shell", value: "node --test" } },
      base: repository.git("rev-parse", "HEAD").trim(),
      omitted: ["x.png: no UTF-8 text"],
    });
    expect(stderr).toContain("sent        3 files, 65 B: models see their names, and those they ask for\n");
    expect(stderr).toContain("            x.png: no UTF-8 text\ntests       node --test  (package.json)\n");
    expect(stdout).toMatch(
      /^PASSED .*\n[\s\S]*changed +a\.mjs {2}\+1 -1\nnew +new\.mjs {2}\+1\nsee it .*\napply it synapse apply \w+\n/,
    );
    expect([code, repository.digest()]).toEqual([0, digest]);
  });

  it("applies with --apply what passed, says so to a program too, and writes files only to --out", async () => {
    const { code, stdout } = await call("run", "-w", ".", "--apply", "--out", ".git/out", "--output", "json", "pass");
    const file = { added: 1 };
    expect(JSON.parse(stdout)).toMatchObject({
      patch: {
        applied: true,
        directory: repository.path,
        files: [
          { path: "a.mjs", kind: "changed", ...file },
          { path: "new.mjs", kind: "new", ...file },
        ],
      },
      directory: ".git/out",
    });
    expect([code, repository.read("a.mjs"), repository.read("new.mjs")]).toEqual([0, "b\n", "n\n"]);
    expect(repository.git("status", "--porcelain")).toBe(" M a.mjs\n?? new.mjs\n");
  });

  it.each([
    ["did not pass", "fail", 1, "not applied: the run did not pass"],
    ["is hostile", "hostile", 5, "not applied: the patch does not fit"],
  ])("applies nothing that %s", async (_, task, code, words) => {
    const digest = repository.digest();
    const ended = await call("run", "-w", ".", "--apply", task);
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(words) });
    expect(ended.stdout + ended.stderr).not.toContain("\x1b");
    expect(repository.digest()).toBe(digest);
    expect(existsSync(join(repository.path, "../evil"))).toBe(false);
  });

  it.each([
    [["--workspace", ".", "--file", "a.mjs", "t"], "--workspace or --file, not both"],
    [["--test", "node --test", "t"], "name it with --workspace"],
    [["--apply", "t"], "name it with --workspace"],
    [["--workspace", ".", "--apply", "--detach", "t"], "use synapse apply later"],
    [["--workspace", ".", "--test", " ", "t"], "--test is empty"],
    [["--workspace", "nowhere", "t"], "there is no such folder"],
    [["--workspace", "/usr", "t"], "/usr is not in a git repository"],
  ])("is wrong use with %j", async (args, words) => {
    expect(await call("run", ...args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(words) });
  });

  it("is wrong use where no test command can be found, and tells the way out", async () => {
    repository.write({ "package.json": '{"scripts": {"test": "vitest run"}}' });
    const { code, stderr } = await call("run", "-w", ".", "pass");
    expect(code).toBe(2);
    expect(stderr).toContain('package.json: "vitest run" needs vitest, which is not there\n');
    expect(stderr).toContain("give one with --test");
  });
});

describe("synapse apply", () => {
  it("applies the patch of a run that passed, once", async () => {
    await call("run", "--detach", "pass");
    const first = await call("apply", "latest");
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining(`applied  to ${repository.path}\n`) });
    expect(repository.read("a.mjs")).toBe("b\n");
    const second = await call("apply", "latest", "--output", "json");
    expect(second.code).toBe(5);
    expect(JSON.parse(second.stdout)).toMatchObject({
      patch: { applied: false, problems: [{ path: "a.mjs" }, { path: "new.mjs" }] },
    });
  });

  it("refuses runs that did not pass, or made no patch", async () => {
    await call("run", "--detach", "fail");
    expect(await call("apply", "latest")).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("the run did not pass"),
    });
    await call("run", "--detach", "no patch");
    expect(await call("apply", "latest")).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("there is no patch"),
    });
    expect(await call("apply", "latest", "-w", "/usr")).toMatchObject({ code: 2 });
  });
});
