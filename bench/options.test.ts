import { describe, expect, it } from "vitest";
import { optionsOf } from "./options.ts";
import { pairs } from "./pairs.ts";
import { full, quick } from "./sizes.ts";

describe("options", () => {
  it("measure all in full and write the report", () => {
    expect(optionsOf([])).toMatchObject({ sizes: full, pairs, out: expect.stringMatching(/bench\/report$/) });
  });

  it.each([[["--quick"]], [["--pairs", "raw,python"]]])("%j leaves the report in peace", (args) => {
    expect(optionsOf(args).out).toBeUndefined();
    expect(optionsOf([...args, "--out", "x"]).out).toBe("x");
  });

  it("take pairs by name, in the order of the turns", () => {
    const { pairs, sizes } = optionsOf(["--quick", "--pairs", "raw, python"]);
    expect(pairs.map(({ id }) => id)).toEqual(["python", "raw"]);
    expect(sizes).toBe(quick);
  });

  it.each([["--pairs=go"], ["--pairs="], ["--bogus"], ["word"]])("refuse %s", (arg) => {
    expect(() => optionsOf([arg])).toThrow();
  });
});
