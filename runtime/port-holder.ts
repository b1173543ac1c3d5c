// Who holds a port, for the error that says so; Linux only, nothing elsewhere.
import { readdir, readFile, readlink } from "node:fs/promises";

/** Such as "node (pid 4711)"; undefined when it can't be found out. Nothing is done to the holder. */
export async function portHolder(port: number): Promise<string | undefined> {
  const inode = await listeningInode(port);
  if (inode === undefined) return undefined;
  for (const pid of (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    if (!(await opens(pid, `socket:[${inode}]`))) continue;
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "a process");
    return `${name.trim()} (pid ${pid})`;
  }
  return undefined;
}

/** The socket that listens: state 0A in /proc/net/tcp and tcp6. */
async function listeningInode(port: number): Promise<string | undefined> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    const lines = (await readFile(table, "utf8").catch(() => "")).split("\n");
    const fields = lines.map((line) => line.trim().split(/\s+/));
    const found = fields.find(([, local, , state]) => state === "0A" && local?.endsWith(`:${hexPort}`));
    if (found) return found[9];
  }
  return undefined;
}

async function opens(pid: string, target: string): Promise<boolean> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const name of names) {
    if ((await readlink(`/proc/${pid}/fd/${name}`).catch(() => "")) === target) return true;
  }
  return false;
}
