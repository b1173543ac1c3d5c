// A task as pieces: what is a word, and what is a value.
import { describe, expect, it } from "vitest";
import { stem } from "./english.ts";
import { pieces } from "./words.ts";

const kinds = (task: string) =>
  pieces(task).map(({ kind, text, value }) => (value === undefined ? `${kind} ${text}` : { [kind]: value }));

describe("pieces", () => {
  it("are words, numbers and marks", () => {
    expect(kinds("first 20 primes, please")).toEqual([
      "word first",
      { number: 20 },
      "word primes",
      "mark ,",
      "word please",
    ]);
    expect(kinds("피보나치 20개를")).toEqual(["hangul 피보나치", { number: 20 }, "hangul 개를"]);
  });

  it.each([
    ['"a plan, a canal"', "a plan, a canal"],
    ["'abc'", "abc"],
    ["`x y`", "x y"],
    ["“안녕 하세요”", "안녕 하세요"],
    ["「기러기」", "기러기"],
    ["```\n1,2\n3,4\n```", "1,2\n3,4"],
    ["{[()]}", "{[()]}"],
    ["(1 + 2) * 3 - 4 / 2", "(1 + 2) * 3 - 4 / 2"],
    ["a = 3 + b * 2", "a = 3 + b * 2"],
    ["3a2b1c", "3a2b1c"],
    ["0xff", "0xff"],
  ])("take %s as one text", (task, text) => {
    expect(pieces(`do ${task} now`).filter(({ kind }) => kind === "text")).toMatchObject([{ text }]);
  });

  it("take JSON as a value, and apostrophes as part of a word", () => {
    expect(kinds('[3, [1]] {"a": "]"}')).toEqual([{ json: [3, [1]] }, { json: { a: "]" } }]);
    expect(kinds("don't")).toEqual(["word don't"]);
    expect(kinds("Pascal's triangle isn't 'x'")).toEqual(["word Pascal's", "word triangle", "word isn't", "text x"]);
  });

  it("are no formulas where ranges, sizes and notes stand", () => {
    expect(kinds("1-100")).toEqual([{ number: 1 }, "mark -", { number: 100 }]);
    expect(kinds("3n+1")).toEqual([{ number: 3 }, "word n", "mark +", { number: 1 }]);
    expect(kinds("10 x 10")).toEqual([{ number: 10 }, "word x", { number: 10 }]);
  });

  it("read numbers in words only where numbers are meant", () => {
    expect(kinds("twenty-five words")).toEqual([{ number: 25 }, "word words"]);
    expect(kinds("스무 개")).toEqual([{ number: 20 }, "hangul 개"]);
    expect(kinds("이백까지 두 수")).toEqual([{ number: 200 }, "hangul 까지", { number: 2 }, "hangul 수"]);
    expect(kinds("세는 만들어 열 합계 네")).toEqual([
      "hangul 세는",
      "hangul 만들어",
      "hangul 열",
      "hangul 합계",
      "hangul 네",
    ]);
    expect(kinds("the tenth")).toEqual(["word the", { number: 10 }, "word th"]);
  });

  it("know bases, units, questions and the factorial sign", () => {
    expect(kinds("2진수 1010을")).toEqual(["hangul 이진수를", { number: 1010 }, "hangul 을"]);
    expect(pieces("20 C")[1]?.form).toBe(stem("celsius"));
    expect(pieces("is 7 prime")[0]?.form).toBe(stem("whether"));
    expect(pieces("compute 25! exactly")[2]?.form).toBe(stem("factorial"));
    expect(pieces("print 25!").map(({ kind }) => kind)).toEqual(["word", "number", "mark"]);
  });

  it("stop where they are told to", () => {
    expect(pieces("a ".repeat(1000), 10)).toHaveLength(10);
  });
});

describe("stems", () => {
  it.each([
    ["sort", "sorting", "sorted", "sorter", "sorts"],
    ["tokenize", "tokeniser", "tokenization", "tokenizing"],
    ["multiply", "multiplication", "multiplied", "multiplying"],
    ["encode", "encoder", "encoding"],
    ["matrix", "matrices"],
    ["parenthesis", "parentheses"],
    ["alphabetical", "alphabetically"],
    ["date", "dates"],
    ["frequency", "frequencies"],
    ["color", "colour"],
  ])("are one for %s, %s", (...words) => {
    expect(new Set(words.map(stem)).size).toBe(1);
  });

  it.each([
    ["calculator", "calculate"],
    ["string", "str"],
    ["user", "use"],
    ["server", "serve"],
    ["number", "numb"],
    ["factor", "factory"],
    ["class", "clas"],
  ])("differ for %s and %s", (one, other) => {
    expect(stem(one)).not.toBe(stem(other));
  });
});
