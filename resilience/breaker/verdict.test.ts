import { describe, expect, it } from "vitest";
import type { Class, Verdict } from "../call/outcome.ts";
import { verdictOf } from "./verdict.ts";

const outcome = (of: Class, isDependency = false, isShed = false) => ({ class: of, isDependency, isShed });

describe("what an attempt says about its endpoint", () => {
  it.each<[Class, Verdict]>([
    ["ok", "ok"],
    ["cancel", "neutral"],
    ["local", "neutral"],
    ["unsent", "fail"],
    ["timeout", "fail"],
    ["broken", "fail"],
    ["unavailable", "fail"],
    ["overload", "soft-fail"],
    ["server", "ok"],
    ["application", "ok"],
  ])("%s is %s", (of, verdict) => expect(verdictOf(outcome(of), 10)).toBe(verdict));

  it("does not hold against it that it sheds, or that what it depends on is down", () => {
    expect(verdictOf(outcome("unsent", false, true), 10)).toBe("neutral");
    expect(verdictOf(outcome("unavailable", true), 10)).toBe("ok");
  });

  it("is slow above a limit, if there is one", () => {
    expect([verdictOf(outcome("ok"), 9999), verdictOf(outcome("ok"), 200, { slowMs: 200 })]).toEqual(["ok", "ok"]);
    expect(verdictOf(outcome("ok"), 201, { slowMs: 200 })).toBe("slow");
  });

  it("counts a deadline only when it left enough time", () => {
    const late = (elapsedMs: number, limits = {}) => verdictOf(outcome("deadline"), elapsedMs, limits);
    expect([late(3), late(199), late(200)]).toEqual(["neutral", "neutral", "fail"]);
    expect([late(200, { p99Ms: 900 }), late(900, { p99Ms: 900 })]).toEqual(["neutral", "fail"]);
    expect([late(49, { slowMs: 50 }), late(50, { slowMs: 50 })]).toEqual(["neutral", "fail"]);
  });

  it("counts internal errors where that is asked for", () => {
    expect(verdictOf(outcome("server"), 10, { countInternal: true })).toBe("fail");
  });

  it("counts no limit that ran out while this process stood still", () => {
    const stalled = (lagMs: number) => ({
      timeoutMs: 1000,
      stall: { lagSince: (at: number) => (at === 5 ? lagMs : 0) },
    });
    expect(verdictOf(outcome("timeout"), 1000, stalled(251), 5)).toBe("neutral");
    expect(verdictOf(outcome("timeout"), 1000, stalled(250), 5)).toBe("fail");
    expect(verdictOf(outcome("deadline"), 1000, stalled(251), 5)).toBe("neutral");
    expect(verdictOf(outcome("broken"), 1000, stalled(999), 5)).toBe("fail");
    const brief = { ...stalled(100), timeoutMs: 40 };
    expect(verdictOf(outcome("timeout"), 40, brief, 5)).toBe("fail");
  });
});
