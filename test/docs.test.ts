// What the documents show is true: every command is run against the real system, all code is checked and run.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blocks, commands, provenBy } from "./docs-lines.ts";
import { type Name, type System, startSystem } from "./system.ts";

const root = resolve(import.meta.dirname, "..");
const bin = join(root, "node_modules/.bin");
const longest = 90_000;
let system: System;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "synapse-docs-"));
  await symlink(join(root, "synapse"), join(folder, "synapse"));
  // An error of the server is an error of curl, and the last line tells the type.
  await writeFile(join(folder, ".curlrc"), 'fail-with-body\nwrite-out = "\\n%{content_type}"\n');
  system = await startSystem();
  // The commands that look after runs find one.
  await system.gateway.workflow.createRun({ task: "fizzbuzz up to 15" });
}, 60_000);
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const ports: Readonly<Record<string, Name>> = { 5011: "claude", 5012: "gemini", 5013: "codex", 8000: "gateway" };

/** The same on the ports of this test. */
const here = (text: string) =>
  text.replace(
    /\b(localhost|127\.0\.0\.1):(5011|5012|5013|8000)\b/g,
    (_, host, port) => `${host}:${system.processes[ports[port]!].port}`,
  );

async function shell(line: string): Promise<string> {
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder, CURL_HOME: folder };
  const { stdout } = await promisify(execFile)("sh", ["-c", line], {
    cwd: folder,
    env,
    timeout: longest,
    maxBuffer: 16 << 20,
  });
  return stdout;
}

/** grpcurl is no npm package: the equal line of buf, which asks the same reflection service. */
function asBuf(line: string): string {
  const [, options, target, method] = /^grpcurl -plaintext (.*) (\S+:\d+)[ /](\S+\/\S+)$/.exec(line) ?? [];
  if (method === undefined) throw new Error(`there is no equal line for buf: ${line}`);
  return `buf curl --http2-prior-knowledge --protocol grpc ${options} http://${target}/${method}`;
}

/** How each kind of command is run and judged, by its first word. */
const kinds: Readonly<Record<string, (line: string) => Promise<void>>> = {
  async curl(line) {
    const [, body = "", type] = /^(.*)\n(.*)$/s.exec(await shell(line)) ?? [];
    if (type?.startsWith("application/json")) expect(JSON.parse(body)).toBeTypeOf("object");
    else expect(body).not.toBe("");
  },
  async buf(line) {
    expect(JSON.parse(await shell(line))).toBeTypeOf("object");
  },
  grpcurl: (line) => kinds.buf!(asBuf(line)),
  async "./synapse"(line) {
    expect(await shell(`${line} --gateway ${system.processes.gateway.url}`)).not.toBe("");
  },
};

const shown = commands();

describe("commands in the documents", () => {
  it("are found", () => expect(shown.length).toBeGreaterThan(10));

  it.each(shown.filter(({ text }) => provenBy(text) === undefined))(
    "$at $text",
    async ({ text }) => {
      const run = kinds[text.split(" ")[0]!];
      if (run === undefined)
        throw new Error("no test knows this kind of command: run it here or say where it is proven");
      await run(here(text));
    },
    longest,
  );
});

describe.each(blocks("ts"))("the code at $at", ({ text }) => {
  let place: string;
  beforeAll(async () => {
    place = await mkdtemp(join(root, ".docs-"));
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  it("has no type error", { timeout: longest }, async () => {
    // As if it lay in the project's folder.
    const config = { extends: "../tsconfig.json", compilerOptions: { rootDirs: [".", ".."] }, include: ["code.ts"] };
    await writeFile(join(place, "tsconfig.json"), JSON.stringify(config));
    await writeFile(join(place, "code.ts"), text);
    const checked = await promisify(execFile)(join(bin, "tsc"), ["-p", place]).catch(({ stdout }) => ({ stdout }));
    expect(checked.stdout).toBe("");
  });

  it("runs to the end of a run", { timeout: longest }, async () => {
    await mkdir(join(place, "run"));
    const file = join(place, "run", "code.ts");
    await writeFile(file, here(text).replaceAll('"./gen/', '"#gen/'));
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: longest });
    expect(stdout).toMatch(/^1n runCreated\n.*runCompleted\n$/s);
  });
});
