// A cgroup for each run, where this process may make one: memory and tasks of the whole tree, kernel memory included.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Clock } from "#core/clock.ts";
import { uuid7 } from "#core/rng.ts";

export interface Leaf {
  /** Puts a process in, with all it will start. */
  add(pid: number): void;
  /** Whether memory ran out in it. */
  ranOut(): boolean;
  /** Kills what is left in it and removes it. */
  close(): Promise<void>;
}

export interface LeafLimits {
  memoryBytes: number;
  /** Processes and their threads. */
  processes: number;
}

/** The folders in which leaves are made: memory and pids apart in version 1, one for both in version 2. */
export interface CgroupPlace {
  readonly version: 1 | 2;
  readonly folders: readonly string[];
}

const prefix = "synapse-run-";

/** Where leaves can be made, after a trial; undefined where this process may not. */
export async function cgroupPlace(clock: Clock): Promise<CgroupPlace | undefined> {
  for (const place of candidates(readOr("/proc/self/cgroup"), readOr("/proc/self/mountinfo"))) {
    try {
      if (place.version === 2) for (const folder of place.folders) enable(folder);
      sweep(place);
      await cgroupLeaf(place, { memoryBytes: 1 << 30, processes: 64 }, clock).close();
      return place;
    } catch {
      // not ours to write
    }
  }
  return undefined;
}

/** This process's own cgroup, so that its limits hold for the runs too; in version 2 also the one above, since one with processes has no children. */
export function candidates(cgroups: string, mounts: string): CgroupPlace[] {
  const own = (controller: string) =>
    cgroups.split("\n").flatMap((line) => {
      const [, names, ...path] = line.split(":");
      return names?.split(",").includes(controller) === true ? [path.join(":")] : [];
    })[0];
  const mounted = mounts.split("\n").flatMap((line) => {
    const [before, after] = line.split(" - ").map((part) => part.split(" "));
    const [root, point] = [before?.[3], before?.[4]];
    if (root === undefined || point === undefined || after === undefined) return [];
    return [{ root, point, type: after[0], options: after[2]?.split(",") ?? [] }];
  });
  const folder = (controller: string) => {
    const path = own(controller);
    const mount = mounted.find((m) =>
      controller === "" ? m.type === "cgroup2" : m.type === "cgroup" && m.options.includes(controller),
    );
    if (path === undefined || mount === undefined) return undefined;
    const inside = mount.root === "/" ? path : path.startsWith(mount.root) ? path.slice(mount.root.length) : "/";
    return { path: join(mount.point, inside), isTop: join("/", inside) === "/" };
  };
  const [memory, pids, unified] = [folder("memory"), folder("pids"), folder("")];
  const places: CgroupPlace[] = [];
  if (memory !== undefined && pids !== undefined) places.push({ version: 1, folders: [memory.path, pids.path] });
  if (unified !== undefined) places.push({ version: 2, folders: [unified.path] });
  if (unified?.isTop === false) places.push({ version: 2, folders: [dirname(unified.path)] });
  return places;
}

/** A new leaf; throws where it cannot be made. */
export function cgroupLeaf(place: CgroupPlace, limits: LeafLimits, clock: Clock): Leaf {
  const name = `${prefix}${process.pid}-${uuid7(clock)}`; // the pid is for the sweep
  const leaves = place.folders.map((folder) => join(folder, name));
  const memory = leaves[0]!;
  const pids = leaves.at(-1)!;
  try {
    for (const leaf of leaves) mkdirSync(leaf);
    if (place.version === 1) writeFileSync(join(memory, "memory.limit_in_bytes"), String(limits.memoryBytes));
    else writeFileSync(join(memory, "memory.max"), String(limits.memoryBytes));
    writeFileSync(join(pids, "pids.max"), String(limits.processes));
    // Without these a run may swap, or lose one process to the limit instead of all: worse, but within the limit.
    attempt(
      () => writeFileSync(join(memory, "memory.memsw.limit_in_bytes"), String(limits.memoryBytes)),
      place.version === 1,
    );
    attempt(() => writeFileSync(join(memory, "memory.swap.max"), "0"), place.version === 2);
    attempt(() => writeFileSync(join(memory, "memory.oom.group"), "1"), place.version === 2);
  } catch (error) {
    for (const leaf of leaves) attempt(() => rmdirSync(leaf));
    throw error;
  }
  return {
    add: (pid) => {
      for (const leaf of leaves) writeFileSync(join(leaf, "cgroup.procs"), String(pid));
    },
    ranOut: () =>
      /^oom_kill [1-9]/m.test(readOr(join(memory, place.version === 1 ? "memory.oom_control" : "memory.events"))),
    async close() {
      // A killed process leaves its cgroup some moments later; after 5 s the next start sweeps what is left.
      for (let tries = 0; tries < 100; tries++) {
        if (leaves.filter((leaf) => !removed(leaf)).length === 0) return;
        await clock.sleep(tries < 10 ? 5 : 50);
      }
    },
  };
}

/** Removes leaves whose makers are gone: they were killed before they could. */
function sweep(place: CgroupPlace): void {
  for (const folder of place.folders) {
    for (const name of readdirSync(folder)) {
      const maker = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
      if (maker !== undefined && readOr(`/proc/${maker}/stat`) === "") removed(join(folder, name));
    }
  }
}

/** Lets the children of a cgroup have limits; version 2 only. */
function enable(folder: string): void {
  const control = join(folder, "cgroup.subtree_control");
  const has = new Set(readFileSync(control, "utf8").trim().split(" "));
  if (!has.has("memory") || !has.has("pids")) writeFileSync(control, "+memory +pids");
}

/** Kills what is in a leaf, then tries to remove it. */
function removed(leaf: string): boolean {
  for (const pid of readOr(join(leaf, "cgroup.procs")).split("\n").filter(Boolean)) {
    if (Number(pid) > 1) attempt(() => process.kill(Number(pid), "SIGKILL"));
  }
  attempt(() => rmdirSync(leaf));
  return !existsSync(leaf);
}

function attempt(action: () => void, isWanted = true): void {
  if (!isWanted) return;
  try {
    action();
  } catch {
    // best effort: the caller has a second way
  }
}

function readOr(file: string, otherwise = ""): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}
