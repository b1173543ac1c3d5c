import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { afterAll, describe, expect, it } from "vitest";
import { failureOf, Reason } from "#core/failure.ts";
import { Health } from "#gen/grpc/health/v1/health_pb.ts";
import { CodexService } from "#gen/synapse/v1/codex_pb.ts";
import { clientTransport } from "#rpc/client.ts";
import { startProcess, startSystem } from "./system.ts";

const dataDir = mkdtempSync(join(tmpdir(), "synapse-process-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const environment = { SYNAPSE_DATA_DIR: dataDir, SYNAPSE_DRAIN_DELAY_MS: "0" };
const claude = (changes: Record<string, string> = {}) =>
  startProcess("claude", { ...environment, SYNAPSE_CLAUDE_PORT: "0", ...changes });

describe("a process", () => {
  it("names who holds its port and the variable to change, and leaves the holder alone", async () => {
    const first = await claude();
    const second = claude({ SYNAPSE_CLAUDE_PORT: String(first.port) });
    await expect(second).rejects.toThrow(
      new RegExp(
        `claude can't listen on 127.0.0.1:${first.port}: .+ \\(pid ${first.child.pid}\\) does. Set SYNAPSE_CLAUDE_PORT`,
      ),
    );
    expect((await fetch(`${first.url}/health`)).status).toBe(200);
    first.child.kill("SIGKILL");
  });

  it("ends with 2 and says what is allowed when a setting is bad", async () => {
    const started = claude({ SYNAPSE_CLAUDE_PORT: "many" });
    await expect(started).rejects.toThrow(
      /ended with 2 .*SYNAPSE_CLAUDE_PORT=many is not allowed: it takes a whole number/s,
    );
  });

  it("leaves on SIGTERM with 0, and tells those who watch", async () => {
    const { child, url } = await claude();
    const watch = createClient(Health, clientTransport({ baseUrl: url, agent: "claude" }))
      .watch({}, { timeoutMs: Number.POSITIVE_INFINITY })
      [Symbol.asyncIterator]();
    expect((await watch.next()).value?.status).toBe(1);
    child.kill("SIGTERM");
    expect((await watch.next()).value?.status).toBe(2);
    expect((await watch.next()).done).toBe(true);
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });

  it("finishes the call under way, refuses a new one, and goes at once on a second signal", async () => {
    const { child, url } = await startProcess("codex", {
      ...environment,
      SYNAPSE_CODEX_PORT: "0",
      SYNAPSE_DRAIN_DELAY_MS: "20000",
    });
    const client = createClient(CodexService, clientTransport({ baseUrl: url, agent: "codex" }));
    const request = {
      command: {
        form: { case: "argv" as const, value: { args: ["node", "-e", "setTimeout(() => console.log('done'), 300)"] } },
      },
    };
    await client.execute(request);
    const underWay = client.execute(request);
    child.kill("SIGTERM");
    expect((await underWay).execution?.stdout).toBe("done\n");
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    expect(code).toBe(130);
    // Its exit may be known before the end of its connection: a call in between is lost, and says so.
    const reason = async () => failureOf(await client.execute(request).catch((error) => error))?.reason;
    await expect.poll(reason).toBe(Reason.UNREACHABLE);
  });

  it("leaves when its parent dies", async () => {
    const script = `
      const { fork } = require("node:child_process");
      const child = fork("services/gemini/main.ts", [], { stdio: "ignore" });
      child.on("message", () => { console.log(child.pid); });`;
    const parent = spawn(process.execPath, ["-e", script], {
      env: { ...process.env, ...environment, SYNAPSE_GEMINI_PORT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [pid] = (await once(parent.stdout.setEncoding("utf8"), "data")) as [string];
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(Number(pid)), { timeout: 10_000 }).toBe(false);
  });

  it("answers a repeated call with one Idempotency-Key from the store, also after a restart", async () => {
    await using system = await startSystem();
    const execute = async () => {
      const client = createClient(
        CodexService,
        clientTransport({ baseUrl: system.processes.codex.url, agent: "codex" }),
      );
      const args = ["node", "-e", "console.log(Math.random())"];
      const command = { form: { case: "argv" as const, value: { args } } };
      return (await client.execute({ command }, { headers: { "idempotency-key": "one" } })).execution?.stdout;
    };
    const first = await execute();
    expect(first).toMatch(/^0\.\d+\n$/);
    expect(await execute()).toBe(first);
    await system.kill("codex");
    await system.restart("codex");
    expect(await execute()).toBe(first);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
