// The whole system for a test: four real processes on free ports, with a data folder of their own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GatewayClient, gatewayClient } from "#clients/gateway.ts";

export type Name = "claude" | "gemini" | "codex" | "gateway";

export interface TestProcess {
  readonly name: Name;
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** What it wrote to stderr so far. */
  readonly log: () => string;
}

export interface System extends AsyncDisposable {
  readonly dataDir: string;
  readonly processes: Readonly<Record<Name, TestProcess>>;
  readonly gateway: GatewayClient;
  /** Kills a process at once. */
  kill(name: Name): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(name: Name): Promise<void>;
}

const entry = (name: Name) => (name === "gateway" ? "gateway/main.ts" : `services/${name}/main.ts`);

/** Resolves when all four listen. `others` are further replicas of an agent, `instead` the ones to use in place of its own. */
export async function startSystem(
  environment: Record<string, string> = {},
  others: Partial<Record<Name, string[]>> = {},
  instead: Partial<Record<Name, string>> = {},
): Promise<System> {
  const dataDir = await mkdtemp(join(tmpdir(), "synapse-test-"));
  const common = { SYNAPSE_DATA_DIR: dataDir, SYNAPSE_ENGINE: "builtin", SYNAPSE_DRAIN_DELAY_MS: "0", ...environment };
  const agents = ["claude", "gemini", "codex"] as const;
  const started = await Promise.all(
    agents.map((name) => startProcess(name, { ...common, [`SYNAPSE_${name.toUpperCase()}_PORT`]: "0" })),
  );
  const urls = Object.fromEntries(
    started.map(({ name, url }) => [
      `SYNAPSE_${name.toUpperCase()}_URLS`,
      [instead[name] ?? url, ...(others[name] ?? [])].join(","),
    ]),
  );
  const gateway = await startProcess("gateway", { ...common, ...urls, SYNAPSE_GATEWAY_PORT: "0" });
  const processes = Object.fromEntries([...started, gateway].map((each) => [each.name, each])) as Record<
    Name,
    TestProcess
  >;

  return {
    dataDir,
    processes,
    gateway: gatewayClient(gateway.url),
    kill: (name) => killed(processes[name].child, "SIGKILL"),
    async restart(name) {
      const port = { [`SYNAPSE_${name.toUpperCase()}_PORT`]: String(processes[name].port) };
      processes[name] = await startProcess(name, { ...common, ...(name === "gateway" ? urls : {}), ...port });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(processes).map(({ child }) => killed(child, "SIGTERM")));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts one process; rejects with its log when it ends before it listens. */
export async function startProcess(name: Name, environment: Record<string, string>): Promise<TestProcess> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [entry(name)], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, SYNAPSE_LOG_LEVEL: "warn", ...environment },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    log += text;
  });
  const listening = once(child, "message") as Promise<[{ url: string }]>;
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${name} ended with ${code} before it listened:\n${log}`);
  });
  ended.catch(() => {});
  const [{ url }] = await Promise.race([listening, ended]);
  return { name, url, port: Number(new URL(url).port), child, log: () => log };
}

async function killed(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill(signal);
  await exit;
}
