// What reaches a terminal obeys nobody but us.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oneLine, safeJson, sanitize } from "./sanitize.ts";

const hostile: [string, string, string][] = [
  ["colours", "\x1b[31mred\x1b[0m", "red"],
  ["cursor and screen", "a\x1b[2J\x1b[1;1Hb\x1b[10Ac", "abc"],
  ["private modes", "\x1b[?1049hx\x1b[?25l", "x"],
  ["the title of the window", "\x1b]0;owned\x07ok", "ok"],
  ["a link to elsewhere", "\x1b]8;;http://evil/\x1b\\here\x1b]8;;\x1b\\", "here"],
  ["the clipboard", "\x1b]52;c;cm0gLXJm\x07ok", "ok"],
  ["a device control string", '\x1bP$q"p\x1b\\ok', "ok"],
  ["8-bit forms", "\x9b31mred\x9d0;owned\x9cok", "redok"],
  ["a string that never ends", "\x1b]0;owned and the rest", "0;owned and the rest"],
  ["a reset", "\x1bcok", "ok"],
  ["a charset switch", "\x1b(0lqk", "lqk"],
  ["a sequence cut off", "ok\x1b[", "ok"],
  ["going back to overwrite", "FAILED\rPASSED", "FAILED\nPASSED"],
  ["backspaces", "bad\b\b\bgood", "badgood"],
  ["bell and null", "a\x07b\0c", "abc"],
  ["reordered text", "user\u202e\u2066nimda", "usernimda"],
  ["invisible tags", "ok\u{e0041}\u{e0042}", "ok"],
  ["Windows line ends", "a\r\nb", "a\nb"],
  ["Unicode line ends", "a\u2028b\u0085c", "a\nb\nc"],
];

describe("sanitize", () => {
  it.each(hostile)("takes out %s", (_what, text, plain) => {
    expect(sanitize(text)).toBe(plain);
  });

  it("keeps tabs, newlines and every language", () => {
    const text = "a\tb\nöß 한국어 日本語 עברית 👩‍👩‍👧\n";
    expect(sanitize(text)).toBe(text);
  });

  it("leaves no control character whatever the text is", () => {
    const pieces = fc.constantFrom(
      "\x1b",
      "[",
      "]",
      "P",
      "\\",
      "\x9b",
      "\x9d",
      "\x9c",
      "\x07",
      "0;",
      "m",
      "x",
      "\r",
      "\u202e",
    );
    const text = fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 30 }).map((all) => all.join(""));
    fc.assert(fc.property(text, (any) => !/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/.test(sanitize(any))));
  });

  it("takes time in proportion to the text", () => {
    const hard = ["\x1b]", "\x9d", "\x1b[", "\x1b[1;"].map((piece) => piece.repeat(200_000));
    for (const text of hard) expect(sanitize(text).length).toBeLessThan(text.length);
  }, 5_000);
});

describe("oneLine", () => {
  it("makes one line with single spaces", () => {
    expect(oneLine("  a\n\t b\r\n\x1b[1mc  ")).toBe("a b c");
  });
});

describe("safeJson", () => {
  it("keeps every character and sends none that a terminal obeys", () => {
    const value = { text: hostile.map(([, text]) => text).join("") };
    const json = safeJson(value);
    expect(JSON.parse(json)).toEqual(value);
    expect(json).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028]/);
  });
});
