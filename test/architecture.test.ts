import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** From the ground up: a room may import rooms of lower floors only. */
const floors = [
  ["gen"],
  ["core"],
  ["rpc", "resilience", "telemetry", "sandbox", "store", "ledger", "simulator"],
  ["clients", "runtime", "durable", "models"],
  ["services", "gateway"],
  ["cli", "console", "bench", "test", "tools", "deploy"],
];
const floorOf = (room: string) => floors.findIndex((rooms) => rooms.includes(room));

const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts"], { encoding: "utf8" });
const sources = tracked
  .split("\n")
  .filter((path) => path.includes("/") && !path.startsWith("gen/"))
  .map((path) => ({ path, room: path.split("/")[0]!, text: readFileSync(path, "utf8") }));
const isTest = (path: string) => /\.test\.ts$|(^|\/)testing[^/]*(\/|\.ts$)|\.data\.ts$/.test(path);
const ownCode = sources.filter(({ path, room }) => !isTest(path) && room !== "test");

/** Paths whose text matches, with the line. */
const found = (files: typeof sources, pattern: RegExp) =>
  files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1} ${line.trim()}`] : [])),
  );

describe("architecture", () => {
  it("has sources to look at", () => expect(sources.length).toBeGreaterThan(50));

  it("knows the floor of every room", () => {
    expect(sources.filter(({ room }) => floorOf(room) < 0).map(({ path }) => path)).toEqual([]);
  });

  it("imports go down only, and rooms on one floor do not know each other", () => {
    const climbing = sources.flatMap(({ path, room, text }) =>
      [...text.matchAll(/(?:from|import\()\s*"#(\w+)\//g)]
        .map(([, target]) => target!)
        .filter((target) => target !== room && floorOf(target) >= floorOf(room))
        .map((target) => `${path} -> ${target}`),
    );
    expect(climbing).toEqual([]);
  });

  it("reaches other rooms by their name, not by a way through the folders", () => {
    const leaving = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/from\s*"((?:\.\.\/)+)/g)]
        .filter(([, up]) => up!.length / 3 >= path.split("/").length - 1)
        .map(([, up]) => `${path} -> ${up}`),
    );
    expect(leaving).toEqual([]);
  });

  it("has no file over 250 lines", () => {
    const long = sources.filter(({ text }) => text.split("\n").length > 251).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  it("opens every file with a sentence that says its idea", () => {
    const silent = ownCode.filter(({ text }) => !/^(#!.*\n)?\/\/ \S/.test(text)).map(({ path }) => path);
    expect(silent).toEqual([]);
  });

  it("takes time and chance from core only", () => {
    const outside = ownCode.filter(({ room }) => room !== "core" && room !== "bench");
    const pattern =
      /\b(Date\.now|performance\.now|Math\.random|randomUUID|AbortSignal\.timeout)\(|(?<![.\w])(setTimeout|setInterval)\(|node:timers/;
    expect(found(outside, pattern)).toEqual([]);
  });

  it("reads the environment in one file", () => {
    const elsewhere = ownCode.filter(({ path }) => path !== "runtime/config.ts");
    expect(found(elsewhere, /process\.env\b/)).toEqual([]);
  });

  it("never silences the compiler or the linter", () => {
    expect(
      found(sources, /@ts-(ignore|expect-error|nocheck)|biome-ignore|: any\b|\bas any\b/).filter(
        (line) => !line.startsWith("test/architecture"),
      ),
    ).toEqual([]);
  });
});
