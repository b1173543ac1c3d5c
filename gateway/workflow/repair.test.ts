import { describe, expect, it } from "vitest";
import { afterFailure, tampered } from "./repair.ts";

describe("repair", () => {
  it.each([
    [["a"], { kind: "repair", advice: false }],
    [["a", "b"], { kind: "repair", advice: false }],
    [["a", "a"], { kind: "repair", advice: true }],
    [["a", "b", "a"], { kind: "repair", advice: true }],
    [["a", "a", "a"], { kind: "stop", why: "the same failure came back a third time" }],
    [["a", "b", "c", "d"], { kind: "stop", why: "3 repairs did not help" }],
  ])("after failures %j does %j", (signatures, next) => {
    expect(afterFailure(signatures)).toEqual(next);
  });

  it("finds tests the coder wrote to", () => {
    const code = [{ path: "main.mjs" }, { path: "main.test.mjs" }];
    expect(tampered(code, [{ path: "main.test.mjs" }])).toEqual(["main.test.mjs"]);
    expect(tampered(code, [])).toEqual([]);
  });
});
