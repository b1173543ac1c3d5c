// `synapse up` for a test: on free ports, with a data folder of its own, and the means to find and kill its children.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readiness } from "#clients/readiness.ts";
import { systemClock } from "#core/clock.ts";

export type Name = "claude" | "gemini" | "codex" | "gateway";
export const names: readonly Name[] = ["claude", "gemini", "codex", "gateway"];

export interface Up extends AsyncDisposable {
  readonly url: string;
  /** The process of that name, as soon as it runs. */
  pidOf(name: Name): Promise<number>;
  log(): string;
}

/** Resolves when the gateway says that it and all agents are ready. */
export async function up(): Promise<Up> {
  const dataDir = await mkdtemp(join(tmpdir(), "synapse-chaos-"));
  const ports = await freePorts(4);
  const env: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    SYNAPSE_DATA_DIR: dataDir,
  };
  names.forEach((name, at) => {
    env[`SYNAPSE_${name.toUpperCase()}_PORT`] = String(ports[at]);
    if (name !== "gateway") env[`SYNAPSE_${name.toUpperCase()}_URLS`] = `http://127.0.0.1:${ports[at]}`;
  });
  const child = spawn(process.execPath, ["cli/main.ts", "up"], {
    env: { ...env, SYNAPSE_DRAIN_DELAY_MS: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      log += text;
    });
  }
  const url = `http://127.0.0.1:${ports[3]}`;
  for (const deadline = systemClock.now() + 30_000; !(await readiness(url)).ready; ) {
    if (systemClock.now() > deadline || child.exitCode !== null) throw new Error(`not ready:\n${log}`);
    await systemClock.sleep(50);
  }
  return {
    url,
    async pidOf(name) {
      for (const deadline = systemClock.now() + 10_000; systemClock.now() < deadline; await systemClock.sleep(20)) {
        const pid = await running(name);
        if (pid !== undefined) return pid;
      }
      throw new Error(`${name} is not running:\n${log.slice(-2000)}`);
    },
    log: () => log,
    async [Symbol.asyncDispose]() {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      if (child.exitCode === null) await exit;
      await rm(dataDir, { recursive: true, force: true });
    },
  };

  /** A child just forked has not told its name yet, one just killed is not there. */
  async function running(name: Name): Promise<number | undefined> {
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
    for (const pid of children.trim().split(" ")) {
      const comm = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
      if (comm.trim() === `synapse-${name}`.slice(0, 15)) return Number(pid);
    }
    return undefined;
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
