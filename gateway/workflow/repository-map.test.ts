// The map of a repository: complete while it fits, then shorter, never empty.
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { WorkspaceSchema } from "#gen/synapse/v1/workflow_pb.ts";
import { mapOf } from "./repository-map.ts";

const map = (files: Record<string, string>, omitted: string[] = []) =>
  mapOf(
    create(WorkspaceSchema, {
      files: Object.entries(files).map(([path, content]) => ({ path, content })),
      omitted,
      base: "abc",
    }),
  );
const many = (count: number, content: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`src/part-${at % 20}/some-file-${at}.mjs`, content]));

describe("the map of a repository", () => {
  it("has paths, sizes, and what the files define", () => {
    const text = map(
      {
        "a.ts": "export const one = 1;\nexport async function two() {}\nclass Three {}\nconst hidden = 1;\n",
        "b.py": "class A:\n  def inner(self): pass\ndef top(): pass\n",
        "c.go": "func (s *S) Do(x int) {}\ntype S struct {}\n",
        "d.rs": "pub fn open() {}\nfn closed() {}\n",
        "README.md": "# Title\n",
      },
      [".env: may hold secrets"],
    );
    expect(text.split("\n")).toEqual([
      "Map of the repository at abc: 5 files, 217 bytes.",
      "a.ts (86 bytes): one, two, Three",
      "b.py (49 bytes): A, top",
      "c.go (42 bytes): Do, S",
      "d.rs (32 bytes): open",
      "README.md (8 bytes)",
      "Not in the copy, and not to be changed:",
      "- .env: may hold secrets",
    ]);
  });

  it("drops what files define first, then the files: folders stay", () => {
    expect(map(many(800, "export const someLongName = 1;\nexport const another = 2;\n"))).toMatch(
      /some-file-799\.mjs \(\d+ bytes\)\n?$/,
    );
    expect(map(many(2000, "x"))).toContain("src/part-7/ (100 files)");
    for (const count of [10, 800, 2000]) expect(map(many(count, "x")).length).toBeLessThan(51_000);
  });

  it("fits into what a call takes, whatever its letters", () => {
    const wide = Object.fromEntries(Array.from({ length: 1900 }, (_, at) => [`${"日".repeat(100)}${at}/${at}`, "x"]));
    expect(Buffer.byteLength(map(wide))).toBeLessThanOrEqual(65_536);
    expect(map(wide)).toMatch(/\n\.\.\. the rest was left out$/);
  });

  it("is made in no time of files without sense", () => {
    expect(map({ "a.rs": "\n".repeat(150_000), "b.java": "a ".repeat(75_000), "c.c": "a(".repeat(75_000) })).toContain(
      "c.c",
    );
  });
});
