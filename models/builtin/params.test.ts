// Values of a task find their parameter, or the task is refused: none is dropped, none is bent.
import { describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { fills } from "./fills.data.ts";
import { matched } from "./match.ts";
import { recipes } from "./recipes/index.ts";

const find = (task: string) => matched(task, recipes, ["builtin"]);
const defaultsOf = (id: string) => {
  const params = recipes.find((recipe) => recipe.id === id)?.params ?? {};
  return Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default]));
};
const refusalOf = (task: string) => {
  try {
    return { reason: Reason.UNSPECIFIED, message: JSON.stringify(find(task).values) };
  } catch (error) {
    return { reason: reasonOf(error), message: error instanceof Error ? error.message : "" };
  }
};

describe("values", () => {
  it.each(fills)("of %s fill %s", (task, id, values) => {
    const { recipe, values: got } = find(task);
    expect(recipe.id).toBe(id);
    expect(got).toEqual({ ...defaultsOf(id), ...values });
  });

  it.each([
    ["fibonacci", "fibonacci"],
    ["fizzbuzz with multiples of 3 and multiples of 5", "fizzbuzz"],
    ["collatz sequence until it reaches 1", "collatz"],
    ["gcd of two integers", "gcd-lcm"],
    ["edit distance of two words", "levenshtein"],
    ["multiply a 2x3 matrix by a 3x2 matrix", "matrix-multiply"],
  ])("that name the topic of %s leave its defaults", (task, id) => {
    expect(find(task)).toMatchObject({ recipe: { id }, values: defaultsOf(id) });
  });
});

describe("a value that cannot be had", () => {
  it.each([
    ["print 5000 fibonacci numbers", /count of fibonacci .*from 1 to 1000, got 5000/],
    ["print -5 fibonacci numbers", /from 1 to 1000, got -5/],
    ["print 2.5 fibonacci numbers", /whole number, got 2\.5/],
    ["hanoi tower with 40 disks", /disks of hanoi .*from 1 to 12, got 40/],
    ['levenshtein distance of "a", "b" and "c"', /at most 2, got 3/],
    [`is "${"a".repeat(2001)}" a palindrome`, /at most 2000 characters, got 2001/],
    ["gcd of 2.5 and 5", /whole numbers, got 2\.5/],
    ["days between 2026-02-30 and 2026-03-01", /2026-02-30 is no day of the calendar/],
    ["which weekday is 05/06/2026", /2026-06-05 or 2026-05-06/],
    ["which day of the week is today", /"today" names no date/],
    ["print the calendar for March", /"for March" names no date/],
    ["convert 100 fahrenheit", /"fahrenheit" leaves it open/],
  ])("is named: %.60s", (task, message) => {
    expect(refusalOf(task)).toEqual({ reason: Reason.INVALID_INPUT, message: expect.stringMatching(message) });
  });

  it.each([
    ["print 20 fibonacci numbers and then 30 more", "30"],
    ["print all primes between 10 and 50", "10 and 50"],
    ["tower of hanoi with 3 disks and 4 pegs", "4"],
    ["fizzbuzz up to 100 with 7 instead of 3", "7"],
    ['is "abc" or "aba" a palindrome', "abc"],
    ["fibonacci numbers of 2026-08-15", "2026-08-15"],
    ["sort the integers from 1 to 10", "1 to 10"],
    ["lru cache of size 3 and 5", "5"],
    ['diff of the lines of two texts "a" and "b"', "stdin"],
  ])("is not dropped: %s", (task, left) => {
    expect(refusalOf(task)).toEqual({ reason: Reason.ENGINE_CANNOT, message: expect.stringContaining(left) });
  });
});
