// What becomes of runs when the executor is killed, and that a checkout in a closed folder serves like all others.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeBinary } from "./node-binary.ts";
import { type Elsewhere, elsewhere } from "./testing/elsewhere.ts";
import { processesOf } from "./testing/processes.ts";

const isRoot = process.getuid?.() === 0;
let open: Elsewhere;
let closed: Elsewhere;
let folder: string;
beforeAll(() => {
  open = elsewhere(0o755);
  closed = elsewhere(0o700);
  folder = mkdtempSync(join(tmpdir(), "executor-test-"));
  chmodSync(folder, 0o755);
});
afterAll(() => {
  open.remove();
  closed.remove();
  rmSync(folder, { recursive: true });
});

describe.each([{ who: "this user" }, ...(isRoot ? [{ who: "uid 4242", uid: 4242 }] : [])])(
  "kill -9 of an executor of $who",
  ({ uid }: { uid?: number }) => {
    /** Starts an executor with an endless run of three processes, kills it, and gives what still runs after a moment or at once. */
    async function survivors(seconds: string, ...without: string[]): Promise<number[]> {
      const child = spawn(open.node, [join(open.folder, "sandbox/testing/endless-main.ts"), seconds, ...without], {
        stdio: ["ignore", "pipe", "ignore"],
        ...(uid === undefined ? {} : { uid, gid: uid }),
      });
      const running = () => processesOf("sleep", seconds);
      try {
        await once(child.stdout, "data");
        await expect.poll(running, { timeout: 5000 }).toHaveLength(3);
        child.kill("SIGKILL");
        await once(child, "exit");
        if (without.length === 0) await expect.poll(running, { timeout: 5000 }).toEqual([]);
        return running();
      } finally {
        child.kill("SIGKILL");
        for (const pid of running()) process.kill(pid, "SIGKILL");
      }
    }

    it("leaves no process", async () => {
      expect(await survivors(`304.${process.pid}${uid ?? 0}`)).toEqual([]);
    });

    it("leaves them where the guard is taken out", async () => {
      expect(await survivors(`305.${process.pid}${uid ?? 0}`, "orphans", "tree")).toHaveLength(3);
    });
  },
);

describe("a checkout that is closed to all others", () => {
  it("runs node in the sandbox", async () => {
    const program = join(closed.folder, "program.mjs");
    writeFileSync(
      program,
      `import { openSandbox } from "./sandbox/open.ts";
       const sandbox = await openSandbox({ mode: "bwrap" });
       const done = await sandbox.run({ files: [], argv: ["node", "-p", "process.version"] });
       console.log(String(Buffer.from(done.stdout)));
       await sandbox.close();`,
    );
    const { stdout, stderr } = await promisify(execFile)(closed.node, [program]);
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe(process.version);
  });
});

describe("the node binary", () => {
  it("is taken as it is where all can read it, or where the uid stays", async () => {
    expect(await nodeBinary({ path: open.node, otherUser: true, cacheRoot: folder })()).toBe(open.node);
    expect(await nodeBinary({ path: closed.node, otherUser: false, cacheRoot: folder })()).toBe(closed.node);
  });

  it("is copied once to a place that all can read, and again when the copy is gone", async () => {
    const binary = nodeBinary({ path: closed.node, otherUser: true, cacheRoot: folder });
    const copy = await binary();
    expect(statSync(copy).mode & 0o005).toBe(0o005);
    expect(statSync(copy).size).toBe(statSync(closed.node).size);
    expect(await binary()).toBe(copy);
    expect(await nodeBinary({ path: closed.node, otherUser: true, cacheRoot: folder })()).toBe(copy);
    rmSync(join(copy, ".."), { recursive: true });
    expect(await binary()).toBe(copy);
    expect(statSync(copy).size).toBe(statSync(closed.node).size);
  });

  it("is not taken from a folder that others can write to", async () => {
    const root = mkdtempSync(join(folder, "planted-"));
    chmodSync(root, 0o755);
    const first = await nodeBinary({ path: closed.node, otherUser: true, cacheRoot: root })();
    chmodSync(join(first, ".."), 0o777);
    const binary = nodeBinary({ path: closed.node, otherUser: true, cacheRoot: root });
    const second = await binary();
    expect(join(second, "..")).not.toBe(join(first, ".."));
    expect(statSync(join(second, "..")).mode & 0o022).toBe(0);
    expect(await binary()).toBe(second);
    expect(readdirSync(root)).toHaveLength(2);
  });
});
