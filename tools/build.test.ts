// The bundles run anywhere, with nothing beside them but the packages that the image has.
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build } from "./build.ts";

const root = join(import.meta.dirname, "..");
const elsewhere = mkdtempSync(join(tmpdir(), "synapse-dist-"));
const dist = join(elsewhere, "dist");
const children: ChildProcess[] = [];
const environment = {
  PATH: process.env.PATH,
  HOME: elsewhere,
  SYNAPSE_DATA_DIR: join(elsewhere, "data"),
  SYNAPSE_DRAIN_DELAY_MS: "0",
  SYNAPSE_LOG_LEVEL: "warn",
};

beforeAll(async () => {
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  const packages = [...dockerfile.matchAll(/^COPY --from=build \/synapse\/(node_modules\/\S+)/gm)].map(([, at]) => at!);
  for (const path of packages) cpSync(join(root, path), join(elsewhere, path), { recursive: true });
  await build(dist);
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(elsewhere, { recursive: true });
});

type Name = "claude" | "gemini" | "codex" | "gateway";

/** Where it listens; rejects with what it wrote when it ends before. */
async function start(name: Name, changes: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [join(dist, `${name}.js`)], {
    cwd: "/",
    env: { ...environment, [`SYNAPSE_${name.toUpperCase()}_PORT`]: "0", ...changes },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  children.push(child);
  const heard: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => heard.push(text));
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${name} ended with ${code}: ${heard.join("")}`);
  });
  ended.catch(() => {});
  const [{ url }] = (await Promise.race([once(child, "message"), ended])) as [{ url: string }];
  return url;
}

async function post(url: string, body: object): Promise<Record<string, Record<string, unknown>>> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, Record<string, unknown>>;
}

describe("dist/", () => {
  it("carries out a run in bubblewrap, and every process and the command line answer", async () => {
    const names = ["claude", "gemini", "codex"] as const;
    const agents = await Promise.all(names.map((name) => start(name, { SYNAPSE_SANDBOX: "bwrap" })));
    const urls = names.map((name, i) => [`SYNAPSE_${name.toUpperCase()}_URLS`, agents[i]!]);
    const gateway = await start("gateway", Object.fromEntries(urls));
    const health = [...agents, gateway].map(async (url) => (await fetch(`${url}/health`)).json());
    const answers = [...names, "gateway"].map((service) => expect.objectContaining({ status: "ok", service }));
    expect(await Promise.all(health)).toEqual(answers);

    const { run } = await post(`${gateway}/api/v1/workflow?wait=20s`, { task: "print the first 20 prime numbers" });
    expect(run).toMatchObject({ state: "RUN_STATE_COMPLETED", outcome: "OUTCOME_PASSED" });

    const command = [join(dist, "cli.js"), "--gateway", gateway, "--output", "json", "runs"];
    const { stdout } = await promisify(execFile)(process.execPath, command, { env: environment, timeout: 20_000 });
    expect(JSON.parse(stdout).runs).toMatchObject([{ runId: run?.runId }]);
  });

  it("starts the four processes for a run of the command line", async () => {
    const command = [join(dist, "cli.js"), "run", "fizzbuzz up to 15", "--out", join(elsewhere, "out")];
    const { stdout } = await promisify(execFile)(process.execPath, command, { env: environment, timeout: 25_000 });
    expect(stdout).toMatch(/^PASSED /);
  });

  it("executes in QuickJS, whose thread and machine are files of their own", async () => {
    const codex = await start("codex", { SYNAPSE_SANDBOX: "quickjs" });
    const { execution } = await post(`${codex}/synapse.v1.CodexService/Execute`, {
      files: [{ path: "main.mjs", content: "console.log([6, 7].reduce((a, b) => a * b))" }],
      command: { argv: { args: ["node", "main.mjs"] } },
    });
    expect(execution).toMatchObject({ stdout: "42\n" });
  });

  it("parses in a process of its own and lints with Biome", async () => {
    const service = `${await start("gemini")}/synapse.v1.GeminiService`;
    const files = [{ path: "a.ts", content: "export function twice(n: number) {\n  debugger;\n  return 2 * n;\n}\n" }];
    const [{ analysis }, { review }] = await Promise.all([
      post(`${service}/Analyze`, { files }),
      post(`${service}/ReviewCode`, { files }),
    ]);
    expect(analysis?.files).toMatchObject([{ path: "a.ts", functions: [{ name: "twice" }], exports: ["twice"] }]);
    expect(JSON.stringify(review)).toMatch(/debugger/i);
  });

  it("tells the licences of what is in it", () => {
    const text = readFileSync(join(dist, "licenses.txt"), "utf8");
    for (const name of ["synapse", "@bufbuild/protobuf", "commander", "hono", "quickjs-emscripten"])
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, "m"));
  });

  it("is nothing to a run from the clone: no source knows it", () => {
    const sources = ["synapse", "*.ts", ":!bench", ":!test", ":!tools"];
    const found = () =>
      execFileSync("git", ["grep", "-lE", "\\bdist/", "--", ...sources], { cwd: root, encoding: "utf8" });
    expect(found).toThrow(expect.objectContaining({ status: 1, stdout: "" }));
  });
});
