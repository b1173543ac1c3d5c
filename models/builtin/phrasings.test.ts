// The matcher against phrasings that were written without it: most are found, and nothing is taken for something else.
import { describe, expect, it } from "vitest";
import { Reason, reasonOf } from "#core/failure.ts";
import { matched } from "./match.ts";
import { nearMisses } from "./near-misses.data.ts";
import { soundsAlike } from "./near-misses-more.data.ts";
import { ambiguous, phrasings, uncovered } from "./phrasings.data.ts";
import { recipes } from "./recipes/index.ts";

/** The recipe found, or the reason of the refusal. */
function answer(task: string): string | Reason {
  try {
    return matched(task, recipes, ["builtin"]).recipe.id;
  } catch (error) {
    return reasonOf(error);
  }
}

describe("phrasings", () => {
  const asked = Object.entries(phrasings).flatMap(([id, { en, ko }]) => [
    ...en.map((task) => ({ id, task, language: "English" })),
    ...ko.map((task) => ({ id, task, language: "Korean" })),
  ]);

  it("exist for every recipe", () => {
    expect(Object.keys(phrasings).sort()).toEqual(recipes.map(({ id }) => id).sort());
  });

  it.each(["English", "Korean"])("in %s are found nine times in ten", (language) => {
    const mine = asked.filter((one) => one.language === language);
    const missed = mine.filter(({ id, task }) => answer(task) !== id);
    expect(missed.length, missed.map(({ task }) => task).join("\n")).toBeLessThanOrEqual(mine.length / 10);
  });

  it("are never taken for another recipe", () => {
    const wrong = asked.filter(
      ({ id, task }) => ![id, "number"].includes(typeof answer(task) === "number" ? "number" : String(answer(task))),
    );
    expect(wrong).toEqual([]);
  });
});

describe("tasks no recipe covers", () => {
  it("are refused", () => {
    expect(uncovered.filter((task) => answer(task) !== Reason.ENGINE_CANNOT)).toEqual([]);
  });

  it("are refused even when they use a recipe's words", () => {
    expect([...nearMisses, ...soundsAlike].filter((task) => typeof answer(task) === "string")).toEqual([]);
  });
});

describe("tasks that fit several recipes", () => {
  it("are asked back", () => {
    expect(ambiguous.filter((task) => answer(task) !== Reason.AMBIGUOUS_TASK)).toEqual([]);
  });
});
