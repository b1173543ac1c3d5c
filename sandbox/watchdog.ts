// Watches the process trees of live runs, for what no limit of a single process can hold: memory and inodes of a whole tree.
import { readdirSync, readFileSync, statfsSync } from "node:fs";
import type { Clock } from "#core/clock.ts";
import type { KilledBy } from "./sandbox.ts";

export interface Bounds {
  /** Anonymous and shared memory of all processes together. */
  memoryBytes: number;
  /** Processes at one time. */
  processes: number;
  /** Files and folders in the writable places: tmpfs limits bytes, not inodes. */
  inodes: number;
}

export interface Watchdog {
  /** Calls `over` once when the tree below `pid` is out of bounds; gives a function that ends the watch. */
  watch(pid: number, bounds: Bounds, over: (what: KilledBy) => void): () => void;
}

interface Watch {
  readonly pid: number;
  readonly bounds: Bounds;
  readonly over: (what: KilledBy) => void;
}

/** One look takes some milliseconds; it looks only while something runs. Without /proc it sees nothing. */
export function watchdog(clock: Clock, everyMs = 200): Watchdog {
  const watches = new Set<Watch>();
  let stop: (() => void) | undefined;

  function look() {
    const parents = parentsByPid();
    for (const watch of watches) {
      const what = exceeded(descendants(watch.pid, parents), watch.bounds);
      if (what === undefined) continue;
      end(watch);
      watch.over(what);
    }
  }
  function end(watch: Watch) {
    watches.delete(watch);
    if (watches.size > 0) return;
    stop?.();
    stop = undefined;
  }
  return {
    watch(pid, bounds, over) {
      const watch = { pid, bounds, over };
      watches.add(watch);
      stop ??= clock.every(everyMs, look);
      return () => end(watch);
    },
  };
}

/** Where a command in a sandbox can make files. */
const places = ["box", "tmp", "dev/shm"];
/** TMPFS_MAGIC of linux/magic.h. */
const tmpfs = 0x01021994;

function exceeded(pids: readonly number[], bounds: Bounds): KilledBy | undefined {
  if (pids.length > bounds.processes) return "processes";
  if (pids.reduce((sum, pid) => sum + memoryOf(pid), 0) > bounds.memoryBytes) return "memory";
  const inside = pids.find((pid) => tmpfsInodes(`/proc/${pid}/root/box`) > 0);
  const inodes = places.reduce((sum, place) => sum + tmpfsInodes(`/proc/${inside}/root/${place}`), 0);
  return inodes > bounds.inodes ? "memory" : undefined;
}

/** File pages are left out: a binary mapped by twenty processes is in memory once. */
function memoryOf(pid: number): number {
  const status = read(`/proc/${pid}/status`);
  const kilobytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  return 1024 * (kilobytes("RssAnon") + kilobytes("RssShmem") + kilobytes("VmPTE"));
}

/** Inodes in use on a tmpfs; 0 for anything else, such as the machine's own folders. */
function tmpfsInodes(place: string): number {
  try {
    const { type, files, ffree } = statfsSync(place);
    return type === tmpfs ? files - ffree : 0;
  } catch {
    return 0;
  }
}

function parentsByPid(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of list("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`); // pid (name) state parent ..., and the name may hold anything
    const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  return parents;
}

function descendants(root: number, parents: ReadonlyMap<number, number>): number[] {
  const children = Map.groupBy(parents.keys(), (pid) => parents.get(pid)!);
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
