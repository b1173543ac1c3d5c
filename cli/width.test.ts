// Text is measured in columns of the screen, not in characters.
import { describe, expect, it } from "vitest";
import { cut, displayWidth, pad } from "./width.ts";

describe("displayWidth", () => {
  it.each([
    ["abc", 3],
    ["✔ ok", 4],
    ["한국어", 6],
    ["日本", 4],
    ["é", 1],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    ["⠋", 1],
    ["", 0],
  ])("of %j is %i", (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });
});

describe("cut", () => {
  it.each([
    ["abcdef", 6, "abcdef"],
    ["abcdef", 5, "abcd…"],
    ["한국어", 5, "한국…"],
    ["한국어", 4, "한…"],
    ["abc", 1, "…"],
    ["abc", 0, ""],
  ])("%j to %i is %j and never wider", (text, columns, expected) => {
    expect(cut(text, columns)).toBe(expected);
    expect(displayWidth(cut(text, columns))).toBeLessThanOrEqual(columns);
  });
});

describe("pad", () => {
  it("fills by columns and never cuts", () => {
    expect(pad("한", 4)).toBe("한  ");
    expect(pad("abcdef", 4)).toBe("abcdef");
  });
});
