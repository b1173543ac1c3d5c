// What comes out of a sandbox is in hostile hands: real archives of tar(1), and damaged ones.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { checkFiles } from "./freight.ts";
import type { SandboxFile } from "./sandbox.ts";
import { packed, unpacked } from "./tar.ts";

const day = new Date("2026-01-01T00:00:00Z");
const file = (path: string, content = path): SandboxFile => ({ path, content: Buffer.from(content) });
const texts = (files: readonly SandboxFile[]) => files.map((f) => [f.path, Buffer.from(f.content).toString()]);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tar-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What `tar` makes of a folder that a shell script filled. */
function archived(script: string): Buffer {
  const work = mkdtempSync(join(folder, "work-"));
  execFileSync("/bin/sh", ["-c", script], { cwd: work });
  return execFileSync("tar", ["--format=gnu", "-cf", "-", "-C", work, "."], { maxBuffer: 1 << 27 });
}

describe("tar", () => {
  it("carries files there and back through tar(1)", async () => {
    const files = [file("a.txt"), file("deep/er/ä ö.txt", "ü"), file("empty", ""), file(`${"long/".repeat(30)}name`)];
    const work = mkdtempSync(join(folder, "in-"));
    execFileSync("tar", ["-xf", "-", "-C", work], { input: await packed(files, day) });
    const out = unpacked(execFileSync("tar", ["--format=gnu", "-cf", "-", "-C", work, "."]));
    expect(texts(out.files)).toEqual(texts([...files].sort((a, b) => (a.path < b.path ? -1 : 1))));
    expect(out.skipped).toEqual([]);
  });

  it("takes out regular files only and names the rest", () => {
    const out = unpacked(
      archived("echo x >real; ln -s /etc/passwd link; ln -s /etc folder; ln real twin; mkfifo pipe; mkdir d"),
    );
    expect(out.files).toHaveLength(1);
    expect(out.skipped.join("\n")).toMatch(/link: a symbolic link/);
    expect(out.skipped.join("\n")).toMatch(/folder: a symbolic link/);
    expect(out.skipped.join("\n")).toMatch(/: a hard link/);
    expect(out.skipped.join("\n")).toMatch(/pipe: a pipe/);
  });

  it("drops names that could leave the folder or the line", () => {
    const out = unpacked(
      archived("echo x >ok; echo x >'a\\b'; echo x >\"$(printf 'new\\nline')\"; echo x >\"$(printf 'bad\\377')\""),
    );
    expect(out.files.map((f) => f.path)).toEqual(["ok"]);
    expect(out.skipped).toHaveLength(3);
    expect(out.skipped.join("")).not.toMatch(/[\n\x1b]/);
    const evil = archived("echo x >aa; echo x >bbbbbbbbb");
    for (const [from, to] of [
      ["./aa", "../a"],
      ["./bbbbbbbbb", "/etc/passw"],
    ])
      rename(evil, from!, to!);
    expect(unpacked(evil)).toMatchObject({ files: [], skipped: [expect.anything(), expect.anything()] });
  });

  it("stops at the caps and keeps the list of skipped names short", () => {
    const archive = archived("for i in 1 2 3 4 5 6 7 8 9; do echo 0123456789 >f$i; done");
    expect(unpacked(archive, { outBytes: 35, files: 100, skipped: 3 })).toMatchObject({
      files: { length: 3 },
      skipped: { length: 3 },
    });
    expect(unpacked(archive, { outBytes: 1000, files: 4, skipped: 50 })).toMatchObject({
      files: { length: 4 },
      skipped: { length: 5 },
    });
  });

  it("survives damaged archives, quickly", () => {
    const good = archived("echo hello >a; mkdir b; echo there >b/c; ln -s a d");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 40 }),
        fc.nat(good.length),
        (edits, cut) => {
          const bad = Buffer.from(good.subarray(0, cut));
          for (const [at, value] of edits) if (at < cut) bad[at] = value;
          const out = unpacked(bad);
          expect(out.files.every((f) => !f.path.startsWith("/") && !f.path.split("/").includes(".."))).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => unpacked(bytes) !== undefined),
      { numRuns: 500 },
    );
  });

  it("does not believe a size beyond the archive", () => {
    const archive = archived("echo hello >a");
    const at = archive.indexOf("./a\0");
    archive.write("77777777777", at + 124);
    expect(unpacked(reckoned(archive, at))).toMatchObject({ files: [], skipped: ["a: cut off"] });
  });
});

describe("files on their way in", () => {
  it.each([
    [[file("/etc/x")]],
    [[file("../x")]],
    [[file("a/../../x")]],
    [[file("")]],
    [[file("a\nb")]],
    [[file("a//b")]],
    [[file("a"), file("a")]],
    [[file("a"), file("a/b")]],
    [[file("d/".repeat(40))]],
  ])("are refused when they cannot be laid out: %j", (files) => {
    expect(() => checkFiles(files)).toThrow();
    try {
      checkFiles(files);
    } catch (error) {
      expect(reasonOf(error)).toBe(Reason.INVALID_INPUT);
    }
  });

  it("are refused when there are too many or too much", () => {
    expect(() => checkFiles(Array.from({ length: 2001 }, (_, i) => file(`f${i}`)))).toThrow(/2001 files/);
    expect(() => checkFiles([{ path: "big", content: new Uint8Array((32 << 20) + 1) }])).toThrow(/bytes/);
    expect(() => checkFiles([file("a/b"), file("a/c"), file("ab")])).not.toThrow();
  });
});

/** Changes a name inside an archive to one of the same length or shorter, and mends the checksum. */
function rename(archive: Buffer, from: string, to: string): void {
  const at = archive.indexOf(`${from}\0`);
  archive.fill(0, at, at + from.length);
  archive.write(to, at);
  reckoned(archive, at);
}

function reckoned(archive: Buffer, at: number): Buffer {
  archive.fill(" ", at + 148, at + 156);
  const sum = archive.subarray(at, at + 512).reduce((a, b) => a + b, 0);
  archive.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148);
  return archive;
}
