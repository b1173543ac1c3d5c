// Artifacts: bytes come back as they were put, or not at all.
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { openStore } from "./store.ts";
import { tempStore } from "./testing/temp-store.ts";

const bytes = Buffer.from("console.log(1)\n");
const hex = createHash("sha256").update(bytes).digest("hex");

function withRun() {
  const opened = tempStore();
  const runId = opened.store.runs.create({ task: "t" }).run.runId;
  const folder = join(opened.dir, "artifacts");
  return { ...opened, runId, folder, path: join(folder, "sha256", hex.slice(0, 2), hex) };
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

describe("artifacts", () => {
  it("come back as they were put, after a restart too", () => {
    const { store, dir, runId, path } = withRun();
    const artifact = store.artifacts.put(runId, "files/main.mjs", "text/javascript", bytes);
    expect(artifact).toMatchObject({
      name: "files/main.mjs",
      mediaType: "text/javascript",
      digest: `sha256:${hex}`,
      size: 15n,
    });
    expect(readFileSync(path)).toEqual(bytes);
    store.close();
    const again = openStore(dir);
    expect(again.artifacts.get(runId, "files/main.mjs")).toEqual({ artifact, content: bytes });
    expect(again.artifacts.get(runId, "files/none")).toBeUndefined();
    again.close();
  });

  it("are listed by name, the last bytes of a name winning", () => {
    const { store, runId } = withRun();
    for (const [name, text] of [
      ["b", "1"],
      ["a", "2"],
      ["b", "3"],
    ] as const)
      store.artifacts.put(runId, name, "text/plain", Buffer.from(text));
    expect(store.artifacts.list(runId).map((artifact) => artifact.name)).toEqual(["a", "b"]);
    expect(String(store.artifacts.get(runId, "b")?.content)).toBe("3");
    const other = store.runs.create({ task: "u" }).run.runId;
    expect(store.artifacts.list(other)).toEqual([]);
  });

  it("keep the same bytes once, empty ones too, for their owner alone", () => {
    const { store, runId, folder, path } = withRun();
    for (const name of ["a", "b"]) store.artifacts.put(runId, name, "text/plain", bytes);
    store.artifacts.put(runId, "empty", "text/plain", new Uint8Array());
    expect(files(folder)).toHaveLength(2);
    expect(store.artifacts.get(runId, "empty")?.content).toHaveLength(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
  });

  it.each([
    ["changed", (path: string) => writeFileSync(path, "console.log(2)\n")],
    ["cut", (path: string) => truncateSync(path, 3)],
    ["gone", (path: string) => rmSync(path)],
  ])("are refused when their file is %s, and whole again when put again", (_, damage) => {
    const { store, runId, path } = withRun();
    store.artifacts.put(runId, "a", "text/plain", bytes);
    damage(path);
    expect(() => store.artifacts.get(runId, "a")).toThrow(/artifact a of run .* is damaged/);
    store.artifacts.put(runId, "a", "text/plain", bytes);
    expect(store.artifacts.get(runId, "a")?.content).toEqual(bytes);
  });

  it("leave nothing half written behind", () => {
    const { store, dir, runId, folder } = withRun();
    writeFileSync(join(folder, "unfinished", hex), "console");
    store.close();
    const again = openStore(dir);
    expect(files(folder)).toEqual([]);
    expect(again.artifacts.get(runId, "a")).toBeUndefined();
    again.close();
  });

  it("say what is wrong when they cannot be put", () => {
    const { store, runId, folder } = withRun();
    const put = (run: string, name: string) => store.artifacts.put(run, name, "text/plain", bytes);
    expect(() => put("none", "a")).toThrow(expect.toSatisfy((error) => reasonOf(error) === Reason.NOT_FOUND));
    for (const name of ["", "x".repeat(301)])
      expect(() => put(runId, name)).toThrow(expect.toSatisfy((error) => reasonOf(error) === Reason.INVALID_INPUT));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "");
    chmodSync(folder, 0o400);
    expect(() => put(runId, "a")).toThrow("artifact a cannot be written");
    expect(store.artifacts.list(runId)).toEqual([]);
  });
});
