// On a terminal progress is drawn in place and coloured, and NO_COLOR is obeyed; tried through a pseudo terminal.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandEnvironment, folder, mainFile } from "./testing/command.ts";
import { type FakeGateway, fakeGateway } from "./testing/fake-gateway.ts";
import { passing } from "./testing/scripts.ts";
import { shellWords } from "./words.ts";

describe("a terminal", () => {
  const place = folder();
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await fakeGateway(() => passing);
  });
  afterAll(async () => {
    await gateway.close();
    place.remove();
  });

  async function onTerminal(env: Record<string, string>): Promise<string> {
    const line = shellWords([process.execPath, mainFile, "run", "count"]);
    const all = commandEnvironment({ cwd: place.path, gateway: gateway.url, env: { TERM: "xterm-256color", ...env } });
    const { stdout } = await promisify(execFile)("script", ["-qec", line, "/dev/null"], { cwd: place.path, env: all });
    return stdout;
  }
  const colours = /\x1b\[[\d;]*m/g;

  it("gets colour", async () => {
    const text = await onTerminal({});
    expect(text).toMatch(colours);
    const plain = text.replaceAll(colours, "");
    expect(plain).toMatch(/✔ {2}plan +claude +builtin:recipes +\d\.\ds {2}a program that counts/);
    expect(plain).toContain("PASSED 4 of 4 tests");
  });

  it("gets none with NO_COLOR", async () => {
    const text = await onTerminal({ NO_COLOR: "1" });
    expect(text).toContain("✔  plan");
    expect(text).not.toMatch(colours);
  });

  it.each([{ TERM: "dumb" }, { CI: "1" }])("gets plain lines when %j says that nobody can draw", async (env) => {
    const text = await onTerminal({ ...env, NO_COLOR: "1" });
    expect(text).toContain("plan        completed");
    expect(text).not.toContain("\x1b");
  });
});
