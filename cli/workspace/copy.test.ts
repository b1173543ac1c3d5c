// What is taken of a working tree and what is not, in repositories made by the real git, hostile ones included.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type TestRepository, testRepository } from "#gateway/workflow/testing/repository.ts";
import { takeCopy, usualLimits } from "./copy.ts";
import { repositoryAt } from "./repository.ts";

const made: TestRepository[] = [];
afterEach(() => {
  for (const repository of made.splice(0)) repository.remove();
});
function repositoryOf(files: Record<string, string | Uint8Array>): TestRepository {
  const repository = testRepository(files);
  made.push(repository);
  return repository;
}
const env = { PATH: "/usr/bin:/bin", HOME: "/nowhere" };
const copyOf = async (path: string, limits = usualLimits) => takeCopy(await repositoryAt(path, env), env, limits);
const pathsOf = ({ files }: { files: readonly { path: string }[] }) => files.map(({ path }) => path);

describe("the copy of a working tree", () => {
  it("holds what git knows and what it does not ignore, as it is now", async () => {
    const repository = repositoryOf({ ".gitignore": "*.log\n", "a.txt": "one\n", "gone.txt": "x", "sub/b.txt": "b" });
    repository.write({ "a.txt": "two\n", "new/ä ö.txt": "new\r\n", "x.log": "ignored", "bom.txt": "\ufeffb" });
    rmSync(join(repository.path, "gone.txt"));
    const copy = await copyOf(repository.path);
    expect(copy.files).toEqual([
      { path: ".gitignore", content: "*.log\n" },
      { path: "a.txt", content: "two\n" },
      { path: "bom.txt", content: "\ufeffb" },
      { path: "new/ä ö.txt", content: "new\r\n" },
      { path: "sub/b.txt", content: "b" },
    ]);
    expect(copy.omitted).toEqual([]);
  });

  it("is of the subfolder that was named, with paths from there", async () => {
    const repository = repositoryOf({ "packages/a/x.txt": "x", "packages/b/y.txt": "y" });
    const found = await repositoryAt(join(repository.path, "packages/a"), env);
    expect(found).toEqual({
      folder: join(repository.path, "packages/a"),
      base: repository.git("rev-parse", "HEAD").trim(),
    });
    expect(pathsOf(await takeCopy(found, env))).toEqual(["x.txt"]);
  });

  it("leaves out what is no text, too large, a link, another repository, or secret by its looks, and says so", async () => {
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n";
    const repository = repositoryOf({
      ...{ ".env": "A=1", ".env.local": "A=1", ".env.example": "A=", "deploy/server.pem": "x", id_rsa: "x" },
      ...{ "doc.md": key, "image.png": new Uint8Array([137, 0, 1]), "latin1.txt": new Uint8Array([0xe4]) },
      ...{
        "large.txt": "x".repeat((1 << 20) + 1),
        "ok.txt": "ok",
        "settings.mjs": `const k = "ghp_${"a1".repeat(18)}";`,
      },
    });
    symlinkSync("/etc/passwd", join(repository.path, "link"));
    symlinkSync("/etc", join(repository.path, "folder"));
    writeFileSync(Buffer.concat([Buffer.from(`${repository.path}/name-`), Buffer.from([0xff])]), "x");
    const nested = repositoryOf({ "inner.txt": "x" });
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", nested.path, "module");
    mkdirSync(join(repository.path, "nested"));
    execFileSync("git", ["init", "-q", join(repository.path, "nested")], {
      env: { ...env, GIT_CONFIG_GLOBAL: "/dev/null" },
    });
    const copy = await copyOf(repository.path);
    expect(pathsOf(copy)).toEqual([".env.example", ".gitmodules", "ok.txt"]);
    expect(copy.omitted).toEqual([
      ".env: may hold secrets",
      ".env.local: may hold secrets",
      "deploy/server.pem: may hold secrets",
      "doc.md: holds what looks like a secret",
      "folder: a symbolic link",
      "id_rsa: may hold secrets",
      "image.png: no UTF-8 text",
      "large.txt: larger than 1 MiB",
      "latin1.txt: no UTF-8 text",
      "link: a symbolic link",
      "module: a submodule",
      "name-\ufffd: its name is no UTF-8",
      "nested/: a repository of its own",
      "settings.mjs: holds what looks like a secret",
    ]);
  });

  it("does not follow a folder that became a symbolic link", async () => {
    const repository = repositoryOf({ "sub/passwd": "mine", "ok.txt": "ok" });
    rmSync(join(repository.path, "sub"), { recursive: true });
    symlinkSync("/etc", join(repository.path, "sub"));
    const copy = await copyOf(repository.path);
    expect(pathsOf(copy)).toEqual(["ok.txt"]);
    expect(copy.omitted).toEqual(["sub: a symbolic link", "sub/passwd: behind a symbolic link"]);
  });

  it("leaves out the largest files until the rest fits, and refuses what is too much without them", async () => {
    const repository = repositoryOf({ "a.txt": "a".repeat(100_000), "b.txt": "b".repeat(90_000), "c.txt": "c" });
    const copy = await copyOf(repository.path, { files: 10, bytes: 100_000 });
    expect(pathsOf(copy)).toEqual(["b.txt", "c.txt"]);
    expect(copy.omitted).toEqual(["a.txt: 100000 bytes, and all together are too many"]);
    await expect(copyOf(repository.path, { files: 10, bytes: 3 })).rejects.toThrow(/name a subfolder with --workspace/);
    await expect(copyOf(repository.path, { files: 2, bytes: 1e6 })).rejects.toThrow("3 files, 2 can be sent");
  });

  it("is refused where there is no repository, no folder, or no file", async () => {
    await expect(copyOf("/nowhere/at/all")).rejects.toThrow("there is no such folder");
    await expect(copyOf("/usr")).rejects.toThrow(/\/usr is not in a git repository[\s\S]*git init/);
    const empty = repositoryOf({});
    await expect(copyOf(empty.path)).rejects.toThrow("no text files");
    await expect(copyOf(join(empty.path, ".git"))).rejects.toThrow("is not in a git repository");
  });
});

describe("a hostile repository", () => {
  it("runs none of its programs: no watcher, no hook, no pager, no filter", async () => {
    const repository = repositoryOf({ "a.txt": "a", ".gitattributes": "*.txt filter=evil diff=evil\n" });
    const marker = join(repository.path, ".git", "ran");
    const script = join(repository.path, ".git", "evil.sh");
    writeFileSync(script, `#!/bin/sh\necho ran >> ${marker}\ncat\n`);
    chmodSync(script, 0o755);
    const settings = ["core.fsmonitor", "core.pager", "filter.evil.clean", "filter.evil.process", "diff.evil.textconv"];
    for (const setting of settings) repository.git("config", setting, script);
    mkdirSync(join(repository.path, ".git/hooks"), { recursive: true });
    for (const hook of ["post-index-change", "post-checkout", "fsmonitor-watchman"])
      writeFileSync(join(repository.path, ".git/hooks", hook), `#!/bin/sh\necho ran >> ${marker}\n`, { mode: 0o755 });
    expect(pathsOf(await copyOf(repository.path))).toEqual([".gitattributes", "a.txt"]);
    expect(existsSync(marker)).toBe(false);
    // Left to itself, git does run them.
    repository.git("ls-files", "-co", "--exclude-standard");
    expect(existsSync(marker)).toBe(true);
  });

  it("does not get files from elsewhere by saying that they are its own", async () => {
    const other = repositoryOf({ "private.txt": "private" });
    const repository = repositoryOf({ "a.txt": "a" });
    repository.git("config", "core.worktree", other.path);
    await expect(copyOf(repository.path)).rejects.toThrow("is not in a git repository");
  });
});
