import { describe, expect, it } from "vitest";
import { isPanic } from "./panic.ts";

describe("panic", () => {
  it.each([
    ["more than half are out", { total: 3, available: 1, ejected: 2 }, 0.5, true],
    ["just half are left", { total: 4, available: 2, ejected: 2 }, 0.5, false],
    ["one of many is ejected, the others are broken", { total: 9, available: 1, ejected: 1 }, 0.5, true],
    [
      "all are broken and none is ejected, which panic would not mend",
      { total: 3, available: 0, ejected: 0 },
      0.5,
      false,
    ],
    ["all are fine", { total: 3, available: 3, ejected: 0 }, 0.5, false],
    ["one is ejected of enough", { total: 10, available: 9, ejected: 1 }, 0.5, false],
    ["its threshold is 0", { total: 3, available: 0, ejected: 3 }, 0, false],
  ])("when %s: %o at %s is %s", (_, all, threshold, expected) => expect(isPanic(all, threshold)).toBe(expected));
});
