// Patches are applied cleanly or not at all, and nothing else is written, whatever the repository or the patch wants.
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { patchOf } from "#gateway/workflow/patch.ts";
import { type TestRepository, testRepository } from "#gateway/workflow/testing/repository.ts";
import { applyPatch } from "./apply-patch.ts";
import { type Git, git } from "./git.ts";

const lines = (...changed: string[]) =>
  ["1", "2", "3", "4", "5", "6", "7", "8", ...changed].map((line) => `${line}\n`).join("");
const before = { "a.txt": lines(), "crlf.txt": "one\r\ntwo\r\n", "old.txt": "old\n", "sub/ü b.txt": "b" };
let repository: TestRepository;
let outside: TestRepository;
beforeEach(() => {
  repository = testRepository(before);
  outside = testRepository({ "victim.txt": "safe\n" });
});
afterEach(() => {
  repository.remove();
  outside.remove();
});

const env = { PATH: "/usr/bin:/bin", HOME: "/nowhere" };
const apply = (patch: string, run?: Git) =>
  applyPatch(Buffer.from(patch), { folder: repository.path, env, ...(run && { git: run }) });
const change = patchOf([
  { path: "a.txt", before: before["a.txt"], after: lines("9") },
  { path: "crlf.txt", before: before["crlf.txt"], after: "one\r\n2\r\n" },
  { path: "old.txt", before: "old\n", after: undefined },
  { path: "sub/ü b.txt", before: "b", after: "c" },
  { path: "new/n.txt", before: undefined, after: "n" },
]);

describe("a patch", () => {
  it("is applied with its new, changed and deleted files, byte by byte; the index stays as it is", async () => {
    const index = repository.git("ls-files", "--stage");
    expect(await apply(change)).toMatchObject({
      kind: "applied",
      files: [
        { path: "a.txt", kind: "changed", added: 1, removed: 0 },
        { path: "crlf.txt", kind: "changed", added: 1, removed: 1 },
        { path: "new/n.txt", kind: "new", added: 1, removed: 0 },
        { path: "old.txt", kind: "deleted", added: 0, removed: 1 },
        { path: "sub/ü b.txt", kind: "changed" },
      ],
    });
    expect(repository.read("a.txt")).toBe(lines("9"));
    expect(repository.read("crlf.txt")).toBe("one\r\n2\r\n");
    expect(repository.read("sub/ü b.txt")).toBe("c");
    expect(repository.read("new/n.txt")).toBe("n");
    expect(existsSync(join(repository.path, "old.txt"))).toBe(false);
    expect(repository.git("ls-files", "--stage")).toBe(index);
  });

  it("of a subfolder is applied there", async () => {
    const patch = patchOf([{ path: "ü b.txt", before: "b", after: "c" }]);
    expect((await applyPatch(Buffer.from(patch), { folder: join(repository.path, "sub"), env })).kind).toBe("applied");
    expect(repository.read("sub/ü b.txt")).toBe("c");
  });

  it("is applied where the file was changed meanwhile at another place", async () => {
    repository.write({ "a.txt": `0\n${lines()}` });
    expect((await apply(change)).kind).toBe("applied");
    expect(repository.read("a.txt")).toBe(`0\n${lines("9")}`);
  });

  it("is refused as a whole, with the files it does not fit", async () => {
    repository.write({ "a.txt": lines().replace("8", "eight"), "new/n.txt": "mine" });
    const digest = repository.digest();
    expect(await apply(change)).toEqual({
      kind: "refused",
      problems: [
        { path: "a.txt", why: "was changed meanwhile, where the patch changes it too" },
        { path: "new/n.txt", why: "is new in the patch, and there already" },
      ],
    });
    expect(repository.digest()).toBe(digest);
  });

  it("keeps bytes as they are whatever .gitattributes says of line ends", async () => {
    repository.write({ ".gitattributes": "*.txt text eol=crlf\n" });
    repository.git("config", "core.autocrlf", "true");
    expect((await apply(change)).kind).toBe("applied");
    expect(repository.read("a.txt")).toBe(lines("9"));
    expect(repository.read("crlf.txt")).toBe("one\r\n2\r\n");
  });

  it("keeps the mode of a program", async () => {
    repository.write({ "run.sh": "#!/bin/sh\n" });
    chmodSync(join(repository.path, "run.sh"), 0o755);
    await apply(patchOf([{ path: "run.sh", before: "#!/bin/sh\n", after: "#!/bin/sh\ntrue\n" }]));
    repository.git("add", "run.sh");
    expect(repository.git("ls-files", "--stage", "run.sh")).toMatch(/^100755 /);
  });

  it("that can't be written whole leaves what was there", async () => {
    let applied = 0;
    const failing: Git = async (args, options) => {
      if (!args.includes("apply") || args.includes("--check")) return git(args, options);
      applied++;
      writeFileSync(join(options.cwd, "a.txt"), "half");
      writeFileSync(join(options.cwd, "new.txt"), "half");
      return { code: 1, stdout: Buffer.from(""), stderr: "error: a.txt: No space left on device" };
    };
    const patch = patchOf([
      { path: "a.txt", before: before["a.txt"], after: lines("9") },
      { path: "new.txt", before: undefined, after: "n" },
    ]);
    expect(await apply(patch, failing)).toMatchObject({
      problems: [{ path: "a.txt", why: "No space left on device" }],
    });
    expect(applied).toBe(1);
    expect(repository.read("a.txt")).toBe(before["a.txt"]);
    expect(existsSync(join(repository.path, "new.txt"))).toBe(false);
  });
});

describe("a hostile patch or repository", () => {
  it.each<[string, string]>([
    ["above the folder", "../victim.txt"],
    ["of git's own", ".git/hooks/post-commit"],
    ["of git's own in other letters", "sub/.GIT/config"],
    ["behind a symbolic link", "link/victim.txt"],
    ["in a repository within", "inner/x.txt"],
  ])("writes no file %s", async (_, path) => {
    symlinkSync(outside.path, join(repository.path, "link"));
    mkdirSync(join(repository.path, "inner/.git"), { recursive: true });
    const [mine, other] = [repository.digest(), outside.digest()];
    const patch = patchOf([{ path, before: undefined, after: "evil\n" }]);
    expect(await apply(patch)).toMatchObject({ kind: "refused", problems: [{ path }] });
    expect([repository.digest(), outside.digest()]).toEqual([mine, other]);
  });

  it.each([
    ["a symbolic link", "a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc/passwd\n"],
    ["a program", "a/l b/l\nnew file mode 100755\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+x\n"],
    ["another mode", "a/a.txt b/a.txt\nold mode 100644\nnew mode 100755\n"],
    ["another name", "a/a.txt b/.bashrc\nsimilarity index 100%\nrename from a.txt\nrename to .bashrc\n"],
    ["a copy", "a/a.txt b/.bashrc\nsimilarity index 100%\ncopy from a.txt\ncopy to .bashrc\n"],
  ])("does not make %s of a file", async (_, patch) => {
    const digest = repository.digest();
    expect(await apply(`diff --git ${patch}`)).toMatchObject({ kind: "refused", problems: [{ path: "the patch" }] });
    expect(repository.digest()).toBe(digest);
  });

  it("does not write through a file that became a symbolic link", async () => {
    symlinkSync(join(outside.path, "victim.txt"), join(repository.path, "link.txt"));
    const patch = patchOf([{ path: "link.txt", before: "safe\n", after: "evil\n" }]);
    expect(await apply(patch)).toMatchObject({ problems: [{ path: "link.txt", why: "is a symbolic link" }] });
    expect(outside.read("victim.txt")).toBe("safe\n");
  });

  it("runs no filter, hook or watcher of the repository", async () => {
    const marker = join(outside.path, "ran");
    const script = join(repository.path, ".git/evil.sh");
    writeFileSync(script, `#!/bin/sh\necho ran >> ${marker}\ncat\n`, { mode: 0o755 });
    repository.write({ ".gitattributes": "*.txt filter=evil\n" });
    for (const name of ["core.fsmonitor", "filter.evil.clean", "filter.evil.smudge"])
      repository.git("config", name, script);
    expect((await apply(change)).kind).toBe("applied");
    expect(existsSync(marker)).toBe(false);
    // Left to itself, git does run them.
    writeFileSync(join(outside.path, "p"), patchOf([{ path: "a.txt", before: lines("9"), after: lines() }]));
    repository.git("apply", join(outside.path, "p"));
    expect(existsSync(marker)).toBe(true);
  });
});
