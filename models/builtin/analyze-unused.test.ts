// How imports find the files they mean, and which exports are left over.
import { describe, expect, it } from "vitest";
import { unusedExports } from "./analyze-unused.ts";

function file(path: string, exports: string[], imports: Record<string, string[]> = {}) {
  const list = Object.entries(imports).map(([module, names], i) => ({ module, names, line: i + 1 }));
  return { path, exports, imports: list };
}

describe("unused exports", () => {
  it.each([
    ["src/b.ts", "./b.ts"],
    ["src/b.ts", "./b"],
    ["src/b.ts", "./b.js"],
    ["src/b.tsx", "./b.js"],
    ["src/b.mts", "./b.mjs"],
    ["src/b/index.ts", "./b"],
    ["src/b/index.js", "./b/"],
    ["b.js", "../b"],
    ["src/index.ts", "."],
    ["core/b.ts", "#core/b.ts"],
    ["src/core/b.ts", "@/core/b"],
  ])("are not in %s for one who imports %s", (path, module) => {
    const [unused] = unusedExports([
      file(path, ["x", "y", "default"]),
      file("src/a.ts", [], { [module]: ["x", "default"] }),
    ]);
    expect(unused).toEqual(["y"]);
  });

  it("are none in a file that is imported as a whole", () => {
    const files = [
      file("b.ts", ["x", "y"]),
      file("c.ts", ["z"]),
      file("a.ts", ["* from ./b"], { "./b": ["*"], "./c": [] }),
    ];
    expect(unusedExports(files)).toEqual([[], ["z"], []]);
  });

  it("are those that only the file itself, a package or another file of that name is asked for", () => {
    const files = [
      file("b.ts", ["x"], { "./b": ["x"] }),
      file("a.ts", [], { b: ["x"], "./lib/b": ["x"], "b.ts": ["x"] }),
    ];
    expect(unusedExports(files)).toEqual([["x"], []]);
  });
});
