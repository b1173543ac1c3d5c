// Numbers in digits and in words, English and Korean.
import { describe, expect, it } from "vitest";
import { digitsAt, hangulNumber, wordsNumber } from "./numbers.ts";

describe("numbers in digits", () => {
  it.each([
    ["1000", 1000],
    ["1,000,000", 1_000_000],
    ["1_000", 1000],
    ["-7", -7],
    ["3.25", 3.25],
    ["1e3", 1000],
    ["10k", 10_000],
    ["2 million", 2_000_000],
    ["10만", 100_000],
    ["3천 이하", 3000],
    ["1.1 thousand", 1100],
  ])("reads %s", (text, value) => {
    expect(digitsAt(text, 0)?.value).toBe(value);
  });

  it("leaves what belongs to a list or a word", () => {
    expect(digitsAt("5,3,8", 0)).toEqual({ value: 5, length: 1 });
    expect(digitsAt("300K", 0)).toEqual({ value: 300, length: 3 });
    expect(digitsAt("10만큼", 0)).toEqual({ value: 10, length: 2 });
  });
});

describe("numbers in words", () => {
  it.each([
    ["twenty five", 25, false],
    ["a hundred and two", 102, false],
    ["two hundred", 200, false],
    ["three thousand four hundred", 3400, false],
    ["twelve", 12, false],
    ["two hundred thousand", 200_000, false],
    ["nineteen hundred", 1900, false],
    ["one million two thousand and six", 1_002_006, false],
    ["a dozen", 12, false],
    ["twentieth", 20, true],
    ["fifth", 5, true],
  ])("reads %s", (text, value, ordinal) => {
    expect(wordsNumber(text.split(" "))).toMatchObject({ value, ordinal, length: text.split(" ").length });
  });

  it("takes no words that are none and keeps lists apart", () => {
    expect(wordsNumber(["a", "list"])).toBeUndefined();
    expect(wordsNumber(["and", "five"])).toBeUndefined();
    expect(wordsNumber(["five", "six"])).toMatchObject({ value: 5, length: 1 });
    expect(wordsNumber(["zero", "one"])).toMatchObject({ value: 0, length: 1 });
    expect(wordsNumber(["two", "and", "three"])).toMatchObject({ value: 2, length: 1 });
  });
});

describe("numbers in Hangul", () => {
  it.each([
    ["열다섯", 15],
    ["스무", 20],
    ["서른둘", 32],
    ["세", 3],
    ["이백", 200],
    ["삼천오백", 3500],
    ["백이십", 120],
    ["만", 10_000],
    ["이십만", 200_000],
  ])("reads %s", (text, value) => {
    expect(hangulNumber(text)).toEqual({ value, length: text.length });
  });

  it("reads none where none stands", () => {
    expect(hangulNumber("피보나치")).toBeUndefined();
  });
});
