// Where cgroups are looked for, and what is written into them; the real ones are at work in escapes.test.ts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#core/clock.ts";
import { candidates, cgroupLeaf, cgroupPlace } from "./cgroup.ts";

const v1 = `30 25 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
31 25 0:27 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
32 25 0:28 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`;
const v2 = "30 25 0:26 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate";

describe("the place for cgroups", () => {
  it.each([
    [
      "version 1",
      "8:pids:/a\n4:memory:/b/c\n0::/",
      v1,
      ["/sys/fs/cgroup/memory/b/c", "/sys/fs/cgroup/pids/a", "/sys/fs/cgroup/unified/"],
    ],
    [
      "version 2, a service",
      "0::/system.slice/x.service",
      v2,
      ["/sys/fs/cgroup/system.slice/x.service", "/sys/fs/cgroup/system.slice"],
    ],
    ["version 2, a container", "0::/", v2, ["/sys/fs/cgroup/"]],
    [
      "a mount of a part",
      "4:memory:/docker/1/x\n5:pids:/docker/1/x\n",
      v1.replaceAll(" / /sys", " /docker/1 /sys"),
      ["/sys/fs/cgroup/memory/x", "/sys/fs/cgroup/pids/x"],
    ],
    ["nothing", "", "", []],
  ])("is this process's own cgroup: %s", (_, cgroups, mounts, folders) => {
    expect(candidates(cgroups, mounts).flatMap((place) => place.folders)).toEqual(folders);
  });
});

describe("a leaf", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cgroup-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("of version 2 has its limits, its process, and tells when memory ran out", () => {
    const leaf = cgroupLeaf({ version: 2, folders: [folder] }, { memoryBytes: 1000, processes: 7 }, systemClock);
    leaf.add(4711);
    const inside = join(folder, readdirSync(folder)[0]!);
    const read = (name: string) => readFileSync(join(inside, name), "utf8");
    expect(["memory.max", "memory.swap.max", "memory.oom.group", "pids.max", "cgroup.procs"].map(read)).toEqual([
      "1000",
      "0",
      "1",
      "7",
      "4711",
    ]);
    writeFileSync(join(inside, "memory.events"), "oom 0\noom_kill 0\n");
    expect(leaf.ranOut()).toBe(false);
    writeFileSync(join(inside, "memory.events"), "oom 2\noom_kill 1\n");
    expect(leaf.ranOut()).toBe(true);
  });

  it("leaves nothing when it cannot be made", () => {
    expect(() =>
      cgroupLeaf(
        { version: 1, folders: [folder, join(folder, "gone")] },
        { memoryBytes: 1, processes: 1 },
        systemClock,
      ),
    ).toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("ends what takes more memory than it has", async () => {
    const place = await cgroupPlace(systemClock);
    if (place === undefined) return console.info("not applicable: no cgroup can be made here");
    const leaf = cgroupLeaf(place, { memoryBytes: 32 << 20, processes: 8 }, systemClock);
    const child = spawn("/bin/sh", ["-c", 'read go; exec perl -e \'my $x = "x" x (64 << 20); print "alive"\'']);
    leaf.add(child.pid!);
    child.stdin.end("go\n");
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    expect(leaf.ranOut()).toBe(true);
    await leaf.close();
    expect(
      place.folders.flatMap((root) => readdirSync(root)).filter((name) => name.includes(`-${process.pid}-`)),
    ).toEqual([]);
  });

  it("that a killed executor left is swept away at the next start", async () => {
    const place = await cgroupPlace(systemClock);
    if (place === undefined) return console.info("not applicable: no cgroup can be made here");
    const left = place.folders.map((root) => join(root, "synapse-run-999999999-left"));
    for (const path of left) mkdirSync(path);
    await cgroupPlace(systemClock);
    expect(place.folders.flatMap((root) => readdirSync(root)).filter((name) => name.includes("-left"))).toEqual([]);
  });
});
