// The estimate: rather too many tokens than too few.
import { describe, expect, it } from "vitest";
import { tokensOf } from "./estimate.ts";

describe("estimate of tokens", () => {
  it.each([
    ["", 0],
    ["The quick brown fox jumps over the lazy dog.", 16],
    ["if (a[0] === 1) { return; }", 17],
    ["안녕하세요", 8],
    ["🙂", 2],
    ["é", 1],
  ])("of %j is %i", (text, tokens) => expect(tokensOf(text)).toBe(tokens));

  it("is more than a token for four characters of English, and grows with the text", () => {
    const text = "What goes in must come out, and what comes out must be counted. ".repeat(100);
    expect(tokensOf(text)).toBeGreaterThan(text.length / 4);
    expect(tokensOf(text + text)).toBeGreaterThan(tokensOf(text));
  });
});
