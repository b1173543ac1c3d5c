// Which recipe a task means, shown on three small recipes.
import { describe, expect, it } from "vitest";
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import { seeded } from "#core/rng.ts";
import { matched } from "./match.ts";
import { type Recipe, recipe } from "./recipe.ts";
import { recipes } from "./recipes/index.ts";

const bare = { summary: () => "", facts: [], criteria: [], risks: [], code: () => "", cases: () => [] };
const kite = recipe({
  ...bare,
  id: "kite",
  title: "Fly a kite",
  match: {
    needs: [
      ["kite", "연"],
      ["fly", "flying", "날리"],
    ],
    knows: ["wind", "string", "sky", "red", "바람", "하늘"],
    not: ["stock", "주식"],
  },
  params: { metres: { kind: "integer", default: 20, min: 1, max: 100, says: "how high" } },
});
const drone = recipe({
  ...bare,
  id: "drone",
  title: "Fly a drone",
  match: {
    needs: [
      ["drone", "드론"],
      ["fly", "flying", "날리"],
    ],
    knows: ["wind", "battery", "바람"],
  },
  params: {},
});
const zebra = recipe({
  ...bare,
  id: "zebra",
  title: "Count zebras in a long crossing",
  match: { needs: [["zebra crossing", "얼룩말 건널목"]], knows: ["stripe", "black", "white", "street", "pedestrian"] },
  params: {},
});
const some = [kite, drone, zebra] as readonly Recipe[];

const idOf = (task: string, from = some) => matched(task, from, ["builtin"]).recipe.id;
const refusal = (task: string, from = some) => {
  try {
    return { reason: Reason.UNSPECIFIED, message: idOf(task, from) };
  } catch (error) {
    return { reason: reasonOf(error), message: messageOf(error) };
  }
};

describe("matching", () => {
  it.each([
    ["Please write a program that flies a kite 30 metres into the sky", "kite"],
    ["KITE FLYING!", "kite"],
    ["연을 날리는 프로그램을 만들어 주세요", "kite"],
    ["드론 날리기", "drone"],
    ["a zebra-crossing", "zebra"],
    ["얼룩말건널목", "zebra"],
    ["print the zebras' crossing", "zebra"],
  ])("finds %s", (task, id) => {
    expect(idOf(task)).toBe(id);
  });

  it("finds a task that describes its topic without its name, and nothing vaguer", () => {
    expect(idOf("black and white stripes for pedestrians in a street")).toBe("zebra");
    expect(refusal("black stripes").reason).toBe(Reason.ENGINE_CANNOT);
  });

  it("forgives a slip of the pen in a long word", () => {
    expect(idOf("fibonaci numbers", recipes)).toBe("fibonacci");
    expect(idOf("palindorme checker", recipes)).toBe("palindrome");
    expect(refusal("kyte flying").reason).toBe(Reason.ENGINE_CANNOT);
  });

  it.each([
    ["fly a kite on the stock market", /"stock"/],
    ["fly a kite through purple mountains", /"purple", "mountains"/],
    ["fly a kite in Python", /"Python"/],
    ["연을 날리는 앱을 만들어줘", /"앱을"/],
    ["kite", /does not say enough/],
    ["bake a cake", /"bake", "cake"/],
    ["", /does not say enough/],
    [`fly a kite ${"in the sky ".repeat(300)}`, /longer/],
  ])("refuses %.40s and says why", (task, why) => {
    expect(refusal(task)).toEqual({ reason: Reason.ENGINE_CANNOT, message: expect.stringMatching(why) });
  });

  it("bears one strange word in a task that says much of its topic", () => {
    expect(idOf("fly a red kite on the wind into the sky at Heidelberg")).toBe("kite");
    expect(refusal("fly a kite at Heidelberg").reason).toBe(Reason.ENGINE_CANNOT);
  });

  it("asks back when two recipes fit as well, and lists them", () => {
    for (const task of ["fly", "fly something or something like that", "날려 줘"]) {
      const { reason, message } = refusal(task);
      expect(reason).toBe(Reason.AMBIGUOUS_TASK);
      expect(message).toMatch(/fly a kite\n.*fly a drone/s);
    }
  });

  it("asks back when two recipes explain all, and takes the one that explains more", () => {
    const copter: Recipe = {
      ...drone,
      id: "copter",
      title: "Fly a copter",
      match: { ...drone.match, knows: ["rotor"] },
    };
    const twins = [drone, copter] as readonly Recipe[];
    expect(refusal("fly a drone", twins)).toEqual({
      reason: Reason.AMBIGUOUS_TASK,
      message: expect.stringMatching(/fly a drone\n {2}fly a copter/),
    });
    expect(idOf("fly a drone by its rotor", twins)).toBe("copter");
  });

  it("names the recipes that come near", () => {
    expect(refusal("kite surfing").message).toMatch(/come nearest:\n {2}kite: fly a kite/);
    expect(refusal("bake a cake").message).toMatch(/none comes near/);
  });

  it("answers any text with a recipe or a refusal, and soon", () => {
    const seed = 20260815;
    const rng = seeded(seed);
    const soup =
      "피보나치 소수를 정렬해줘 20개 , : \" ' [ ] { ( ) -> = 2026-02-30 8월 a1b2 sort primes json \n csv to 3.5 the 이 ㅋㅋ 😀 \u0000 ''' ``` 1e999 x^2 C in".split(
        " ",
      );
    for (let i = 0; i < 300; i++) {
      const task = Array.from(
        { length: 1 + Math.floor(rng.float() * 25) },
        () => soup[Math.floor(rng.float() * soup.length)],
      );
      const text = task.join(rng.float() < 0.3 ? "" : " ");
      expect(
        [Reason.UNSPECIFIED, Reason.ENGINE_CANNOT, Reason.AMBIGUOUS_TASK, Reason.INVALID_INPUT],
        `seed ${seed}: ${text}`,
      ).toContain(refusal(text, recipes).reason);
    }
  });
});
