import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { detectClis } from "./detect.ts";
import { type FakePrograms, fakePrograms } from "./testing/fake-program.ts";

describe("the command line agents of a machine", () => {
  let programs: FakePrograms;
  let first: string;
  let second: string;

  beforeEach(async () => {
    programs = await fakePrograms();
    [first, second] = [join(programs.folder, "first"), join(programs.folder, "second")];
    for (const folder of [first, second]) await mkdir(folder);
  });
  afterEach(() => programs[Symbol.asyncDispose]());

  const detect = (more = {}) =>
    detectClis({ PATH: [first, "", "relative", second, "/bin", "/usr/bin"].join(delimiter), ...more });
  async function put(folder: string, name: string, script: string) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }

  it("are none where none is on the PATH", async () => {
    expect(await detectClis({ PATH: first })).toEqual([]);
    expect(await detectClis({})).toEqual([]);
  });

  it("are the first of their name that can be run, with what they say of their version", async () => {
    await mkdir(join(first, "claude"));
    await writeFile(join(first, "codex"), "no program");
    await put(second, "claude", "echo '2.1.197 (Claude Code)'");
    await put(second, "codex", 'echo "codex-cli 0.171.0 $ANTHROPIC_API_KEY"');
    expect(await detect({ ANTHROPIC_API_KEY: "7.7" })).toEqual([
      { cli: "claude", title: "Claude Code", path: join(second, "claude"), version: "2.1.197", setting: "cli:claude" },
      { cli: "codex", title: "Codex CLI", path: join(second, "codex"), version: "0.171.0", setting: "cli:codex" },
    ]);
  });

  it("are not started for their version where npm has it", async () => {
    const bundle = join(programs.folder, "node_modules", "@google", "gemini-cli", "bundle");
    await mkdir(bundle, { recursive: true });
    await writeFile(join(bundle, "..", "package.json"), '{"name": "@google/gemini-cli", "version": "0.61.0"}');
    await put(bundle, "gemini.js", `echo > ${programs.folder}/started`);
    await symlink(join(bundle, "gemini.js"), join(first, "gemini"));
    expect(await detect()).toMatchObject([{ cli: "gemini", path: join(first, "gemini"), version: "0.61.0" }]);
    await put(bundle, "other.js", "exit 1");
    expect(await programs.read("started")).toBeUndefined();
  });

  it("are offered without a version when they tell none", async () => {
    await put(first, "claude", "exit 3");
    expect(await detect()).toMatchObject([{ cli: "claude", version: "" }]);
  });
});
