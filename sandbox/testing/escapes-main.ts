// Program: tries the escapes named by its arguments under the uid it is started with, and prints one Finding a line.
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { promisify } from "node:util";
import { bwrapSandbox } from "../bwrap.ts";
import type { Guard } from "../profile.ts";
import type { Sandbox } from "../sandbox.ts";
import { type Escape, type Finding, type Outside, tried } from "./escape.ts";
import { isolation } from "./escapes-isolation.ts";
import { excess } from "./escapes-limits.ts";

const opened = new Map<string, Promise<Sandbox>>();

/** A sandbox without these guards, opened once. */
function sandboxWithout(without: readonly Guard[]): Promise<Sandbox> {
  const key = without.toSorted().join();
  const environment: Record<string, string> = without.includes("environment") ? { SYNAPSE_CANARY: "out" } : {};
  const sandbox = opened.get(key) ?? bwrapSandbox({ without, environment });
  opened.set(key, sandbox);
  return sandbox;
}

async function finding(way: Escape, outside: Outside): Promise<Finding> {
  const { name, guards, holdsWithout = [] } = way;
  const out = await tried(way, await sandboxWithout([]), outside);
  const broken: string[] = [];
  for (const set of holdsWithout)
    if ((await tried(way, await sandboxWithout(set), outside)) !== "") broken.push(set.join());
  const control =
    guards === "outside" ? await plainly(String(way.script)) : await tried(way, await sandboxWithout(guards), outside);
  return { name, out, control, broken };
}

/** The script without any sandbox. */
async function plainly(script: string): Promise<string> {
  return (await promisify(execFile)("/bin/sh", ["-c", script])).stdout.trim();
}

function listening(address: { port: number; host: string } | { path: string }): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => server.once("error", reject).listen(address, () => resolve(server)));
}

const folder = mkdtempSync("/var/tmp/synapse-escapes-");
chmodSync(folder, 0o755);
const pathSocket = `${folder}/socket`;
const abstractSocket = `synapse-escapes-${process.pid}`;
const servers = await Promise.all([
  listening({ port: 0, host: "127.0.0.1" }),
  listening({ path: `\0${abstractSocket}` }),
  listening({ path: pathSocket }),
]);
chmodSync(pathSocket, 0o777);
const address = servers[0]?.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
const outside: Outside = { pid: process.pid, port, abstractSocket, pathSocket };

const names = process.argv.slice(2);
const waiting = [...excess, ...isolation].filter((way) => names.includes(way.name)).values();
const worker = async () => {
  for (const way of waiting) console.log(JSON.stringify(await finding(way, outside)));
};
await Promise.all([worker(), worker(), worker()]);
for (const sandbox of opened.values()) await (await sandbox).close();
for (const server of servers) server.close();
rmSync(folder, { recursive: true });
