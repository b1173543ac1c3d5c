// What a task says around itself is cut only where it asks for nothing, and what was cut is kept.
import { describe, expect, it } from "vitest";
import { readings } from "./context.ts";

const cutFrom = (task: string) => [...new Set(readings(task).flatMap(({ unread }) => unread))];

describe("readings", () => {
  it("begin with the whole task", () => {
    const task = "For my homework, print the first 12 primes. Thanks!";
    expect(readings(task)[0]).toEqual({ text: task, unread: [] });
  });

  it.each([
    ["For my homework, print the first 12 primes", "For my homework"],
    ["I'm learning javascript, print the first 12 primes", "I'm learning javascript"],
    ["my teacher told me to sort numbers", "my teacher told me to"],
    ["sort numbers because I am lazy", "because I am lazy"],
    ["sort numbers so that I can check my homework", "so that I can check my homework"],
    ["count words, e.g. the cat and the dog", "e.g. the cat and the dog"],
    ["run-length encoding (for example AAB -> 2A1B)", "(for example AAB -> 2A1B)"],
    ["수학 숙제 때문에 소수를 출력해줘", "숙제 때문에"],
  ])("leave out context and keep it: %s", (task, cut) => {
    expect(cutFrom(task).join(" … ")).toContain(cut);
  });

  it.each([
    "print primes up to 50. It must be in reverse order",
    "print primes up to 50. This goes backwards",
    "print primes up to 50. The largest comes first",
    "print primes up to 50. That list is reversed",
    "sort numbers so that negative ones come last",
    "sort numbers so that I can enter several lists",
    "sort numbers so it ignores 0",
    "sort numbers where 5 comes first",
    "caesar cipher like rot 13",
    "fizzbuzz, meaning 7 prints Bazz",
    "print the first 12 primes in reverse",
    "sort numbers and print the sum",
    "12개의 소수를 거꾸로 출력해줘",
  ])("never leave out what may be asked for: %s", (task) => {
    expect(cutFrom(task)).toEqual([]);
  });

  it.each([
    ["sort numbers for my python class", "python"],
    ["sort numbers because my boss wants it in Rust", "Rust"],
    ["sort numbers so that I can check my homework in C++", "C++"],
    ["파이썬 숙제로 정렬해줘", "파이썬"],
  ])("never leave out a language or a platform: %s", (task, name) => {
    for (const { text } of readings(task)) expect(text).toContain(name);
  });

  it("say nothing twice and lose no word", () => {
    const task = "For my class, sort numbers, thanks";
    for (const { text, unread } of readings(task)) {
      const words = `${text} ${unread.join(" ")}`.match(/\w+/g)?.toSorted();
      expect(words).toEqual(task.match(/\w+/g)?.toSorted());
    }
  });
});
