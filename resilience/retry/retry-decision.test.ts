import { describe, expect, it } from "vitest";
import type { Class } from "../call/outcome.ts";
import { retryDefaults } from "./retry.ts";
import { type Decision, decision, type Failed, firstTry, isEvidence, type Tried } from "./retry-decision.ts";

const forever = Number.POSITIVE_INFINITY;

function decisionOn(kind: Class, failed: Partial<Failed> = {}, tried: Partial<Tried> = {}): Decision {
  const outcome = { class: kind, isDependency: false, isShed: false };
  const facts: Failed = {
    outcome,
    pushback: { kind: "none" },
    isRepeatable: true,
    isWhole: true,
    leftMs: forever,
    ...failed,
  };
  return decision(facts, { ...firstTry, ...tried }, retryDefaults, 0.5);
}

const decided = (...facts: Parameters<typeof decisionOn>) => said(decisionOn(...facts));

const said = (one: Decision) =>
  one.kind === "end" ? one.why : one.kind === "wait" ? `${one.delayMs} ms` : "elsewhere, now";

const waiting = (ms: number) => ({ pushback: { kind: "after", ms } as const });
const isRepeatable = false;

describe("retry decision", () => {
  it.each<[Class, string, string]>([
    ["local", "elsewhere, now", "elsewhere, now"],
    ["unsent", "elsewhere, now", "elsewhere, now"],
    ["timeout", "100 ms", "idempotency"],
    ["broken", "100 ms", "idempotency"],
    ["unavailable", "100 ms", "idempotency"],
    ["deadline", "class", "class"],
    ["overload", "class", "class"],
    ["server", "class", "class"],
    ["application", "class", "class"],
    ["cancel", "class", "class"],
  ])("after %s is %s, and %s where repeating is not safe", (kind, safe, unsafe) => {
    expect(decided(kind)).toBe(safe);
    expect(decided(kind, { isRepeatable })).toBe(unsafe);
  });

  it.each<[Class, Partial<Failed>, Partial<Tried>, string]>([
    ["broken", {}, { attempts: 2, waits: 1 }, "200 ms"],
    ["broken", {}, { attempts: 3, waits: 2 }, "attempts"],
    ["broken", { leftMs: 100 }, {}, "deadline"],
    ["broken", { leftMs: 101 }, {}, "100 ms"],
    ["broken", { isWhole: false }, {}, "committed"],
    ["broken", { pushback: { kind: "never" } }, {}, "pushback"],
    ["broken", waiting(0), {}, "0 ms"],
    ["broken", waiting(60_000), {}, "60000 ms"],
    ["broken", waiting(60_001), {}, "pushback"],
    ["overload", { ...waiting(5), isRepeatable }, {}, "5 ms"],
    ["unsent", {}, { isRepicked: true }, "100 ms"],
    ["unsent", {}, { attempts: 3 }, "elsewhere, now"],
    ["unsent", { leftMs: 0 }, {}, "deadline"],
    ["unsent", waiting(20), {}, "20 ms"],
    ["unsent", waiting(0), {}, "elsewhere, now"],
    ["unsent", { leftMs: 1 }, {}, "elsewhere, now"],
    ["local", { isWhole: false }, {}, "committed"],
    ["local", { leftMs: 0 }, {}, "deadline"],
    ["local", { leftMs: 1 }, {}, "elsewhere, now"],
    ["local", waiting(20), {}, "elsewhere, now"],
    ["local", {}, { isRepicked: true }, "class"],
  ])("after %s with %o and %o behind it is %s", (kind, failed, tried, expected) =>
    expect(decided(kind, failed, tried)).toBe(expected),
  );

  it("counts the next attempt, its own waits only as long as the peer names none, and that it went elsewhere once", () => {
    const tried = { attempts: 2, waits: 1, isRepicked: true };
    expect(decisionOn("broken", {}, tried)).toEqual({
      kind: "wait",
      delayMs: 200,
      tried: { attempts: 3, waits: 2, isRepicked: true },
    });
    expect(decisionOn("broken", waiting(7), tried)).toEqual({
      kind: "wait",
      delayMs: 7,
      tried: { attempts: 3, waits: 0, isRepicked: true },
    });
    expect(decisionOn("unsent")).toEqual({ kind: "repick", tried: { attempts: 1, waits: 0, isRepicked: true } });
  });

  it("holds against a peer what its own dependency did as little as what repeating would not mend", () => {
    const evidence = (kind: Class, isDependency: boolean, retryServerErrors: boolean) =>
      isEvidence({ class: kind, isDependency, isShed: false }, { kind: "none" }, { retryServerErrors });
    expect([evidence("broken", false, false), evidence("broken", true, false)]).toEqual([true, false]);
    expect([evidence("server", false, false), evidence("server", false, true)]).toEqual([false, true]);
    expect([evidence("application", false, true), evidence("overload", false, true)]).toEqual([false, false]);
  });
});
