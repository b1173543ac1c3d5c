// What the documents show is true: every command is run against the real system, all code is checked and run.
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { curl } from "#gateway/openapi/curl.ts";
import { document, operations } from "#gateway/openapi/document.ts";
import { eventType, jsonType } from "#gateway/openapi/parts.ts";
import type { Answer } from "#gateway/openapi/spec.ts";
import { conforms } from "#gateway/openapi/testing/conforms.ts";
import { blocks, commands, provenBy } from "./docs-lines.ts";
import { type Name, type System, startSystem } from "./system.ts";

const root = resolve(import.meta.dirname, "..");
const longest = 90_000;
let system: System;
let folder: string;
let runId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "synapse-docs-"));
  // Commands and code find there what they find in the project's folder.
  for (const name of ["synapse", "core", "gen", "rpc", "node_modules", "package.json"])
    await symlink(join(root, name), join(folder, name));
  // An error of the server is an error of curl, and the last line tells the type.
  await writeFile(join(folder, ".curlrc"), 'fail-with-body\nwrite-out = "\\n%{content_type}"\n');
  system = await startSystem();
  // The commands that look after runs find one.
  const asked = await fetch(`${system.processes.gateway.url}/api/v1/workflow?wait=60s`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"task": "fizzbuzz up to 15"}',
  });
  runId = ((await asked.json()) as { run: { runId: string } }).run.runId;
}, longest);
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

/** A command that decides finds a run that waits for it, each its own. */
const decides = /\/approvals\/|synapse approve/;
async function waitingRun(): Promise<string> {
  const { workflow } = system.gateway;
  const { run } = await workflow.createRun({ task: "fizzbuzz up to 15", approve: ["execute"] });
  const { runId = "" } = run ?? {};
  for await (const { message } of workflow.watchRun({ runId }))
    if (message.case === "event" && message.value.body.case === "approvalRequested") break;
  return runId;
}

async function shell(line: string): Promise<string> {
  const env = {
    PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}`,
    HOME: folder,
    CURL_HOME: folder,
    RUN_ID: decides.test(line) ? await waitingRun() : runId,
  };
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

/** What curl printed, and its media type. */
async function curled(line: string): Promise<{ body: string; type: string }> {
  const [, body = "", type = ""] = /^(.*)\n([^;\n]*).*$/s.exec(await shell(line)) ?? [];
  return { body, type };
}

/** How each kind of command is run and judged, by its first word. */
const kinds: Readonly<Record<string, (line: string) => Promise<void>>> = {
  async curl(line) {
    const { body, type } = await curled(line);
    if (type === jsonType) expect(JSON.parse(body)).toBeTypeOf("object");
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
  it("has no type error", { timeout: longest }, async () => {
    const config = { extends: join(root, "tsconfig.json"), include: ["code.ts"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    await writeFile(join(folder, "code.ts"), text);
    expect(await shell("tsc -p .").catch(({ stdout }) => stdout)).toBe("");
  });

  it("runs to the end of a run", { timeout: longest }, async () => {
    await writeFile(join(folder, "run.ts"), here(text));
    expect(await shell("node run.ts")).toMatch(/^1n runCreated\n.*runCompleted\n$/s);
  });
});

const { schemas } = document().components;
const lines = operations.flatMap(({ verb, path, operation }) =>
  curl("http://localhost:8000", verb, path, operation).map((line) => ({
    line,
    answer: operation.responses[200] as Answer,
  })),
);

describe("a line of the page /docs", () => {
  it.each(lines)("is answered as the document says: $line", { timeout: longest }, async ({ line, answer }) => {
    const { body, type } = await curled(here(line));
    const { schema } = answer.content?.[type] ?? answer.content?.["*/*"] ?? {};
    expect(Object.keys(answer.content ?? {}), type).toContain(schema ? type : "*/*");
    if (type === jsonType) {
      expect(conforms(schema!, JSON.parse(body), schemas)).toBe(true);
    } else if (type === eventType) {
      const name = line.includes("/runs/") ? "Event" : "AgentEvent";
      const events = body
        .trim()
        .split("\n\n")
        .map((event) => Object.fromEntries(event.split("\n").map((each) => each.split(/: (.*)/s))));
      expect(events.at(-1)).toMatchObject({ event: "end" });
      for (const { data } of events.slice(0, -1))
        expect(conforms(schemas[name]!, JSON.parse(data), schemas)).toBe(true);
    } else {
      expect(body).not.toBe("");
    }
  });
});
