// A small git repository for tests, made with git's configuration shut out, and a digest of all that lies in a folder.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TestRepository {
  readonly path: string;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  read(path: string): string;
  git(...args: string[]): string;
  /** Of every file, folder and link, those of git included. */
  digest(): string;
  remove(): void;
}

/** For git, here and in the processes of a test: nobody's configuration, and a fixed author. */
export const plainGit: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  ...{
    GIT_AUTHOR_NAME: "t",
    GIT_AUTHOR_EMAIL: "t@example.com",
    GIT_COMMITTER_NAME: "t",
    GIT_COMMITTER_EMAIL: "t@example.com",
  },
};

/** With the files committed. */
export function testRepository(files: Readonly<Record<string, string | Uint8Array>>): TestRepository {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "synapse-repo-")));
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: path,
      env: { PATH: "/usr/bin:/bin", HOME: path, ...plainGit },
      encoding: "utf8",
      stdio: "pipe",
    });
  const write = (texts: Readonly<Record<string, string | Uint8Array>>) => {
    for (const [name, content] of Object.entries(texts)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  };
  git("init", "--quiet", "--template=", "--initial-branch=main");
  write(files);
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message=first");
  return {
    path,
    write,
    git,
    read: (name) => readFileSync(join(path, name), "utf8"),
    digest: () => digestOf(path),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function digestOf(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const entry = lstatSync(path);
    const content = entry.isDirectory()
      ? digestOf(path)
      : entry.isSymbolicLink()
        ? readlinkSync(path)
        : readFileSync(path);
    hash.update(`${name} ${entry.mode} ${entry.mtimeMs} `).update(content);
  }
  return hash.digest("hex");
}
