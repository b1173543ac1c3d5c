import { describe, expect, it } from "vitest";
import { seeded } from "#core/rng.ts";
import { toldAsText } from "./told-as-text.ts";

function told(pieces: readonly string[]): string {
  const said: string[] = [];
  const say = toldAsText((text) => said.push(text));
  for (const piece of pieces) say(piece);
  return said.join("");
}

describe("told as text", () => {
  const value = {
    files: [{ path: "a.mjs", content: 'let a = "x\\n";\n\t// é 😀 {"k": [1]}' }],
    argv: ["node", "a.mjs"],
    count: 3,
    notes: "",
  };
  const text = 'a.mjs\nlet a = "x\\n";\n\t// é 😀 {"k": [1]}\nnode\na.mjs\n\n';

  it("gives the texts of an object and not its names and numbers", () => {
    expect(told([JSON.stringify(value)])).toBe(text);
    expect(told([JSON.stringify(value, null, 2)])).toBe(text);
    expect(told(['{"a": "\\u0041\\/"}'])).toBe("A/\n");
  });

  it("is the same wherever the pieces are cut", () => {
    const rng = seeded(7);
    const whole = JSON.stringify(value);
    for (let round = 0; round < 50; round++) {
      const pieces: string[] = [];
      for (let at = 0; at < whole.length; ) {
        const next = at + 1 + Math.floor(rng.float() * 6);
        pieces.push(whole.slice(at, next));
        at = next;
      }
      expect(told(pieces)).toBe(text);
    }
  });

  it("leaves what is no object as it is, and reasoning too", () => {
    expect(told(["I can't", " do that: {}"])).toBe("I can't do that: {}");
    const heard: unknown[] = [];
    toldAsText((...what) => heard.push(what))('{"a":', "reasoning");
    expect(heard).toEqual([['{"a":', "reasoning"]]);
  });
});
