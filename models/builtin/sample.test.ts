// Data in a task for a program that reads it from standard input: named where it is left out, built in where that is easy.
import { describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { matched } from "./match.ts";
import { recipes } from "./recipes/index.ts";

const find = (task: string) => matched(task, recipes, ["builtin"]);

describe("data for standard input", () => {
  it.each([
    ["shortest path from A to F", "shortest-path", ["A", "F"]],
    ["서울에서 부산까지 최단 경로", "shortest-path", ["서울", "부산"]],
    ["fifo queue push 1 push 2 pop", "fifo-queue", ["1", "2"]],
    ["lru cache with capacity 2: put a 1, put b 2, get a", "lru-cache", ["a", "1", "b", "2"]],
    ["topological sort of a -> b, b -> c", "topological-sort", ["a", "b", "c"]],
    ['csv: sum the "amount" column by "region"', "csv-group-sum", ['"amount"', '"region"']],
  ])("is told and not built in: %s", (task, id, data) => {
    expect(find(task)).toMatchObject({ recipe: { id }, data });
  });

  it.each([
    ["transpose 1 2 3 / 4 5 6", "[[1,2,3],[4,5,6]]"],
    ["tokenize a+b*(c-1)", "a+b*(c-1)"],
    ["tokenize x = y + 2", "x = y + 2"],
  ])("is built in where the recipe takes a text: %s", (task, text) => {
    expect(find(task)).toMatchObject({ values: { text }, data: [] });
  });

  it.each([
    "shortest path between A and F with at most 3 stops",
    "shortest path from London to Paris avoiding tolls",
    "queue with push and pop, max size 10",
    "queue: push 1, push 2, pop and print the sum",
    "queue push 3 elements",
    "game of life that wraps around, 10x10",
    "transpose the matrix 1 2 / 3 4 5",
    "csv sum by region where amount is above 100",
  ])("is no excuse to drop a demand: %s", (task) => {
    const refused = (() => {
      try {
        return find(task).recipe.id;
      } catch (error) {
        return reasonOf(error);
      }
    })();
    expect(refused).toBe(Reason.ENGINE_CANNOT);
  });
});

describe("values that stand at the end or in a form of their own", () => {
  it.each([
    ["애너그램 그룹 eat tea tan ate", "anagrams", { words: ["eat", "tea", "tan", "ate"] }],
    [
      "palindrome checker. try A man, a plan, a canal: Panama",
      "palindrome",
      { text: "A man, a plan, a canal: Panama" },
    ],
    ["multiplication table for 7, from 1 to 12", "multiplication-table", { n: 7, times: 12, shape: "single" }],
    ["game of life 20x20 grid for 10 generations", "game-of-life", { size: 20, generations: 10 }],
    ["binary search for 37, print -1 if missing", "binary-search", { target: 37, missing: "-1" }],
    ["read n and print 1*2*3*...*n", "factorial", { n: 20 }],
    ["roman numeral calculator", "roman-numerals", { numeral: "" }],
    ["temperature calculator", "temperature", {}],
    ["factorial calculator", "factorial", {}],
  ])("are taken: %s", (task, id, values) => {
    expect(find(task)).toMatchObject({ recipe: { id }, values });
  });
});
