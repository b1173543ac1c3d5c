// The first use of a fresh clone: what is missing is installed once, whoever asks, and what went wrong is said.
import { execFile } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
let home: string;
let bin: string;

/** A clone with the two scripts, and a PATH on which npm and bwrap are ours. */
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "synapse-setup-"));
  bin = join(home, "bin");
  for (const folder of [bin, join(home, "tools"), join(home, "cli")]) mkdirSync(folder);
  for (const file of ["synapse", "tools/setup.sh"]) cpSync(join(root, file), join(home, file));
  writeFileSync(join(home, "package-lock.json"), lock("1.0.0"));
  writeFileSync(join(home, "cli/main.ts"), "console.log(JSON.stringify(process.argv.slice(2)));\n");
  program("bwrap", "exit 0");
  // Installs as npm does: it notes what it installed when it is done.
  program(
    "npm",
    'echo "npm $*" >> calls; mkdir -p node_modules/.bin; sleep 0.2',
    `ln -sf "${process.execPath}" node_modules/.bin/node; cp package-lock.json node_modules/.package-lock.json`,
  );
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const lock = (version: string) =>
  JSON.stringify({
    packages: { "": { name: "x" }, "node_modules/a": { version }, "node_modules/b": { version, optional: true } },
  });
function program(name: string, ...lines: string[]): void {
  writeFileSync(join(bin, name), ["#!/bin/sh", ...lines, ""].join("\n"));
  chmodSync(join(bin, name), 0o755);
}
function run(file: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: home };
  return new Promise((resolve) => {
    execFile(file, args, { env, cwd: home }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
const calls = () =>
  existsSync(join(home, "calls")) ? readFileSync(join(home, "calls"), "utf8").trim().split("\n") : [];

describe("first use", () => {
  it("installs, then runs; the next time it says nothing", async () => {
    const first = await run("./synapse", "run", "two words");
    expect(first).toMatchObject({ code: 0, stdout: '["run","two words"]\n' });
    expect(first.stderr).toContain("installing npm packages, once");
    const second = await run("./synapse");
    expect(second).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
    expect(calls().length).toBe(1);
  });

  it("is done once when two begin at the same time, and leaves no lock", async () => {
    const both = await Promise.all([run("./synapse", "a"), run("./synapse", "b")]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['["a"]\n', '["b"]\n']);
    expect(calls().length).toBe(1);
    expect(existsSync(join(home, ".setup-lock"))).toBe(false);
  });

  it("takes over from one that was killed", async () => {
    mkdirSync(join(home, ".setup-lock"));
    // No process has this number.
    writeFileSync(join(home, ".setup-lock/pid"), "99999999\n");
    expect((await run("./synapse")).code).toBe(0);
    expect(existsSync(join(home, ".setup-lock"))).toBe(false);
  });

  it("shows what npm said when it fails, ends with 1, and tries again the next time", async () => {
    program("npm", 'echo "npm error code ENOTFOUND" >&2; echo "npm error     at noise" >&2; exit 1');
    const ended = await run("./synapse");
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toContain("npm error code ENOTFOUND\nsynapse: npm could not install the packages");
    expect(existsSync(join(home, ".setup-lock"))).toBe(false);
    expect((await run("./synapse")).stderr).toContain("installing npm packages");
  });
});

describe("a clone that changes", () => {
  beforeEach(async () => {
    await run("./synapse");
  });
  /** The lockfile as a later pull leaves it. */
  function pull(version: string): void {
    writeFileSync(join(home, "package-lock.json"), lock(version));
    const later = new Date("2100-01-01");
    utimesSync(join(home, "package-lock.json"), later, later);
  }

  it("is installed anew when its lockfile names other versions", async () => {
    pull("2.0.0");
    expect((await run("./synapse")).code).toBe(0);
    expect(calls().length).toBe(2);
  });

  it("is left alone when somebody else has installed just that", async () => {
    pull("2.0.0");
    cpSync(join(home, "package-lock.json"), join(home, "node_modules/.package-lock.json"));
    expect((await run("./synapse")).stderr).toBe("");
    expect(calls().length).toBe(1);
  });

  it("is found through symbolic links, from any folder", async () => {
    symlinkSync(join(home, "synapse"), join(bin, "one"));
    symlinkSync("one", join(bin, "two"));
    expect((await run("two", "x")).stdout).toBe('["x"]\n');
  });
});
