// Columns stand under each other in every language, and only the last one is cut.
import { describe, expect, it } from "vitest";
import { table } from "./table.ts";

describe("table", () => {
  it("aligns by columns of the screen, whatever the language and the colour", () => {
    const red = { text: "빨강", paint: (text: string) => `<${text}>` };
    expect(
      table(
        [
          ["NAME", "x"],
          [red, "1"],
          ["abc", "2"],
        ],
        undefined,
      ),
    ).toEqual(["NAME  x", "<빨강>  1", "abc   2"]);
  });

  it("cuts the last column to the screen and nothing into a pipe", () => {
    const rows = [["id", "a task that is far longer than the screen"]];
    expect(table(rows, 20)).toEqual(["id  a task that is …"]);
    expect(table(rows, undefined)).toEqual(["id  a task that is far longer than the screen"]);
  });

  it("makes cells plain", () => {
    expect(table([["a\nb", "\x1b[31mc"]], undefined)).toEqual(["a b  c"]);
  });

  it("puts numbers to the right of their column", () => {
    const rows = [
      ["STEP", { text: "OUT", isNumber: true }, "x"] as const,
      ["plan", { text: "12,000", isNumber: true }, ""] as const,
    ];
    expect(table(rows, undefined)).toEqual(["STEP     OUT  x", "plan  12,000"]);
  });
});
