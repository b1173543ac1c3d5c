// How a task is cut into words, Korean above all.
import { describe, expect, it } from "vitest";
import { bent, letters } from "./korean.ts";
import { cut } from "./segment.ts";
import { byFirstLetter } from "./terms.ts";
import { pieces } from "./words.ts";

/** What is found of some words in a task, and what stays unknown. */
function seen(task: string, ...words: readonly string[]) {
  const read = pieces(task);
  const forms = new Set(words.flatMap((word) => (/[가-힣]/.test(word) ? bent(word) : [word])));
  const { hits, unknown, elsewhere } = cut({
    task: read,
    hangul: byFirstLetter([...forms].filter((form) => /^[\u1100-\u11ff]/.test(form))),
    accepts: (form) => forms.has(form),
    free: new Set(),
  });
  const word = (i: number) => read[i]?.text ?? "";
  return { hits: hits.length, unknown: unknown.map(word), elsewhere: elsewhere.map(word) };
}

describe("cutting Korean", () => {
  it.each([
    ["피보나치를 출력해 주세요", "피보나치"],
    ["피보나치수열을출력하는프로그램을만들어줘", "피보나치"],
    ["우선 순위를 구현해줘", "우선순위"],
    ["우선순위 큐를 구현합니다", "우선순위"],
    ["뒤집은 결과를 보여줄래?", "뒤집"],
    ["바꿔 주시겠어요", "바꾸"],
    ["바꾼 값을 알려주십시오", "바꾸"],
    ["골라서 출력", "고르다"],
    ["CSV로 정렬하고 싶습니다", "정렬"],
  ])("finds its word in %s", (task, word) => {
    expect(seen(task, word, "큐", "수열", "csv")).toMatchObject({ unknown: [] });
    expect(seen(task, word).hits).toBeGreaterThan(0);
  });

  it("finds no word within another", () => {
    expect(seen("소수점 아래를 출력", "소수")).toEqual({ hits: 0, unknown: ["소수점"], elsewhere: [] });
    expect(seen("거래 게임 주식 요일 지도", "수")).toMatchObject({
      hits: 0,
      unknown: ["거래", "게임", "주식", "요일", "지도"],
    });
  });

  it("takes particles for such only behind words", () => {
    expect(seen("C언어로 출력").unknown).toContain("언어로");
    expect(seen("20개를 10까지 출력").unknown).toEqual([]);
    expect(seen("(키)로 출력", "키").unknown).toEqual([]);
  });

  it("tells platforms from their namesakes", () => {
    expect(seen("자바스크립트로 출력")).toMatchObject({ unknown: [], elsewhere: [] });
    expect(seen("자바로 서버를 출력").elsewhere).toEqual(["자바로", "서버를"]);
  });

  it("undoes contractions alike in words and tasks", () => {
    expect(letters("바꿔").startsWith(letters("바꾸"))).toBe(true);
    expect(letters("구해").startsWith(letters("구하"))).toBe(true);
    expect(letters("그려").startsWith(letters("그리"))).toBe(true);
    expect(letters("해결")).toBe(letters("해결".normalize("NFD")));
  });
});

describe("cutting English", () => {
  it("knows general words and platforms, and counts the rest", () => {
    const task = "Please quietly write me a little zebra app in Python";
    expect(seen(task)).toEqual({ hits: 0, unknown: ["quietly", "zebra"], elsewhere: ["app", "Python"] });
    expect(seen(task, "zebra", "app", "python")).toEqual({ hits: 3, unknown: ["quietly"], elsewhere: [] });
  });

  it("takes C for a language behind in, and for a unit behind a number", () => {
    expect(seen("write it in C").elsewhere).toEqual(["C"]);
    expect(seen("20 C in F").elsewhere).toEqual([]);
  });
});
