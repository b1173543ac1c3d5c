// What `synapse doctor` looks at: each check says what is there and, where something is amiss, what to do.
import { constants } from "node:fs";
import { access, readFile, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf } from "#core/failure.ts";
import type { Config } from "#runtime/config.ts";
import { portHolder } from "#runtime/port-holder.ts";
import type { ProcessName } from "#runtime/process.ts";
import { openSandbox } from "#sandbox/open.ts";
import { health } from "./health.ts";
import { reachable } from "./reachable.ts";
import { sizeWords } from "./words.ts";

export interface Check {
  readonly name: string;
  /** "bad": runs can't be carried out. "note": something is worth knowing. */
  readonly verdict: "good" | "note" | "bad";
  readonly says: string;
  /** What to do; absent when nothing is amiss. */
  readonly fix?: string;
}

const minNode = 24;
/** Runs and artifacts are small; a disk with less than this is as good as full. */
const minFreeBytes = 100e6;

export function nodeCheck(version: string): Check {
  const good = Number(version.replace(/^v/, "").split(".")[0]) >= minNode;
  const check = { name: "node", verdict: good ? "good" : "bad", says: version } as const;
  return good
    ? check
    : { ...check, fix: `Synapse needs Node ${minNode}: start it with ./synapse, which brings its own` };
}

/** Whether what npm installed is what the lockfile says. */
export async function packagesCheck(home: string): Promise<Check> {
  type Lock = { packages: Record<string, { version?: string; optional?: boolean }> };
  const read = async (path: string) => JSON.parse(await readFile(`${home}/${path}`, "utf8")) as Lock;
  try {
    const [wanted, installed] = [await read("package-lock.json"), await read("node_modules/.package-lock.json")];
    const needed = Object.entries(wanted.packages).filter(([path, { optional }]) => path !== "" && !optional);
    const amiss = needed.filter(([path, { version }]) => installed.packages[path]?.version !== version);
    if (amiss.length === 0)
      return { name: "packages", verdict: "good", says: `${needed.length} npm packages, as locked` };
    const [path = ""] = amiss[0] ?? [];
    const says = `${amiss.length} npm packages are not as locked, such as ${path.replace("node_modules/", "")}`;
    return { name: "packages", verdict: "bad", says, fix: "npm ci" };
  } catch (error) {
    return { name: "packages", verdict: "bad", says: messageOf(error), fix: "npm ci" };
  }
}

export async function sandboxCheck(mode: Config["SYNAPSE_SANDBOX"]): Promise<Check> {
  try {
    const sandbox = await openSandbox({ mode });
    await sandbox.close();
    const says = [sandbox.driver, ...sandbox.notes].join("; ");
    if (sandbox.notes.length === 0) return { name: "sandbox", verdict: "good", says };
    const fix = sandbox.driver === "quickjs" ? { fix: "sudo apt-get install bubblewrap" } : {};
    return { name: "sandbox", verdict: "note", says, ...fix };
  } catch (error) {
    return { name: "sandbox", verdict: "bad", says: messageOf(error), fix: "sudo apt-get install bubblewrap" };
  }
}

/** Free, ours, or whose. Only `synapse up` needs the configured ports. */
export async function portCheck(name: ProcessName, host: string, port: number): Promise<Check> {
  const check = `port ${port}`;
  if (port === 0) return { name: `port of ${name}`, verdict: "good", says: "any free one" };
  const { service, problem } = await health(`http://${reachable(host)}:${port}`);
  if (service === name) return { name: check, verdict: "good", says: `${name} answers` };
  const holder = await portHolder(port);
  if (holder === undefined && problem === "nothing listens there") {
    return { name: check, verdict: "good", says: `free for ${name}` };
  }
  const says = `wanted for ${name}, held by ${holder ?? "another process"}`;
  const fix = `stop it, or set SYNAPSE_${name.toUpperCase()}_PORT to another port`;
  return { name: check, verdict: "note", says, fix };
}

/** The folder need not be there yet: then the one it will be made in counts. */
export async function dataCheck(folder: string): Promise<Check> {
  const fix = "set SYNAPSE_DATA_DIR to a folder that can be written";
  try {
    const there = await nearestFolder(folder);
    await access(there, constants.W_OK);
    const { bavail, bsize } = await statfs(there);
    const free = bavail * bsize;
    const says = `${folder}, ${sizeWords(free)} free`;
    if (free >= minFreeBytes) return { name: "data", verdict: "good", says };
    return { name: "data", verdict: "bad", says, fix: `make room, or ${fix}` };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? messageOf(error);
    return { name: "data", verdict: "bad", says: `${folder} can't be written: ${code}`, fix };
  }
}

async function nearestFolder(folder: string): Promise<string> {
  const there = await stat(folder).catch(() => undefined);
  if (there && !there.isDirectory()) throw new Error("it is a file");
  return there ? folder : nearestFolder(dirname(folder));
}
