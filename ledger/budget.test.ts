import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Amounts, apply, type Budget, type BudgetEvent, budget, free, heldIn, raised, sum } from "./budget.ts";
import { callCeiling, isMore, limitedPart, share } from "./budget-share.ts";

const of = (nanoUsd: number, tokens = 0, calls = 0): Amounts => ({
  nanoUsd: BigInt(nanoUsd),
  tokens: BigInt(tokens),
  calls,
});
const reserve = (key: string, amounts: Amounts): BudgetEvent => ({ kind: "reserve", key, ...amounts });
const settle = (key: string, amounts: Amounts, unknown = false): BudgetEvent => ({
  kind: "settle",
  key,
  unknown,
  ...amounts,
});
const folded = (state: Budget, ...events: BudgetEvent[]) => events.reduce(apply, state);

describe("a budget", () => {
  const full = budget({ nanoUsd: 100n, tokens: 50n, calls: 5 });

  it("sets aside before a call and frees what the call did not need", () => {
    const held = folded(full, reserve("a", of(40, 20, 2)));
    expect(free(held)).toEqual(of(60, 30, 3));
    expect(free(folded(held, settle("a", of(10, 5, 1))))).toEqual(of(90, 45, 4));
  });

  it.each([of(101, 1, 1), of(1, 51, 1), of(1, 1, 6)])("refuses to set aside more than is free: %o", (wanted) => {
    expect(apply(full, reserve("a", wanted))).toBe(full);
  });

  it("counts all that was set aside as spent when the cost is not known, and more where more is known", () => {
    const spent = folded(full, reserve("a", of(40, 20, 2)), settle("a", of(3, 25), true));
    expect(spent).toMatchObject({ spent: of(40, 25, 2), unknown: 1 });
  });

  it("reserves a key once and settles it once", () => {
    const once = folded(full, reserve("a", of(40)), settle("a", of(10)));
    expect(folded(once, settle("a", of(10)), reserve("a", of(5)))).toBe(once);
    expect(apply(full, settle("b", of(10)))).toBe(full);
  });

  it("is raised by what it was in the beginning, each time", () => {
    const once = apply(full, { kind: "raise", limits: raised(full) });
    expect(once.limits).toEqual(of(200, 100, 10));
    expect(raised(once)).toEqual(of(300, 150, 15));
    expect(raised(budget({ tokens: 3n }))).toEqual({ tokens: 6n });
  });

  it("does not count what is not limited", () => {
    const tokensOnly = folded(budget({ tokens: 10n }), reserve("a", of(0, 10)), settle("a", of(7_000, 4, 3)));
    expect(free(tokensOnly)).toEqual({ tokens: 6n });
  });
});

describe("a call's share", () => {
  it("is half of what is free, rounded up, and all of it when asked again", () => {
    const state = budget({ nanoUsd: 101n, tokens: 1n, calls: 3 });
    expect(share(state, "half")).toEqual(of(51, 1, 2));
    expect(share(state, "whole")).toEqual(of(101, 1, 3));
  });

  it("is never more than a call can need", () => {
    const rich = budget({ nanoUsd: 10n ** 15n, tokens: 10n ** 12n, calls: 1_000 });
    expect(share(rich, "whole")).toEqual(callCeiling);
  });

  it("tells of limits that there are, also of those where nothing is free", () => {
    const state = budget({ nanoUsd: 0n });
    expect(limitedPart(share(state, "half"), state.limits)).toEqual({ nanoUsd: 0n });
    expect(isMore(share(state, "whole"), share(state, "half"))).toBe(false);
  });
});

const amount = fc.record({
  nanoUsd: fc.bigInt(0n, 60n),
  tokens: fc.bigInt(0n, 60n),
  calls: fc.integer({ min: 0, max: 6 }),
});
const limit = fc.record(
  { nanoUsd: fc.bigInt(0n, 200n), tokens: fc.bigInt(0n, 200n), calls: fc.integer({ min: 0, max: 20 }) },
  { requiredKeys: [] },
);

/** One call: what it asks for, what it really costs of that, and whether anybody hears of it. */
const call = fc.record({
  wanted: amount,
  part: fc.integer({ min: 0, max: 100 }),
  lost: fc.boolean(),
  repeats: fc.integer({ min: 1, max: 3 }),
});

const partOf = (amounts: Amounts, percent: number): Amounts => ({
  nanoUsd: (amounts.nanoUsd * BigInt(percent)) / 100n,
  tokens: (amounts.tokens * BigInt(percent)) / 100n,
  calls: Math.floor((amounts.calls * percent) / 100),
});

const within = (used: Amounts, { limits }: Budget) =>
  used.nanoUsd <= (limits.nanoUsd ?? used.nanoUsd) &&
  used.tokens <= (limits.tokens ?? used.tokens) &&
  used.calls <= (limits.calls ?? used.calls);

describe("whatever calls come in whatever order", () => {
  /** Each call's events in their order, the calls among each other in any; raises anywhere between. */
  const history = fc.array(call, { minLength: 1, maxLength: 12 }).chain((calls) => {
    const queues = calls.map(({ wanted, part, lost, repeats }, n) => [
      ...Array.from({ length: repeats }, () => reserve(`c${n}`, wanted)),
      ...Array.from({ length: repeats }, () => settle(`c${n}`, partOf(wanted, part), lost)),
    ]);
    const turns = queues.flatMap((queue, n) => queue.map(() => n));
    return fc.record({
      turns: fc.shuffledSubarray(turns, { minLength: turns.length, maxLength: turns.length }),
      raises: fc.array(fc.nat(turns.length), { maxLength: 2 }),
      queues: fc.constant(queues),
      limits: limit,
    });
  });
  type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

  /** Lives through it: what the machine takes is written to a log. */
  function live({ turns, raises, queues, limits }: History) {
    const left = queues.map((queue) => [...queue]);
    const log: BudgetEvent[] = [];
    const states: Budget[] = [budget(limits)];
    const take = (event: BudgetEvent) => {
      const before = states.at(-1)!;
      const next = apply(before, event);
      if (next === before) return;
      log.push(event);
      states.push(next);
    };
    turns.forEach((turn, at) => {
      if (raises.includes(at)) take({ kind: "raise", limits: raised(states.at(-1)!) });
      take(left[turn]!.shift()!);
    });
    return { log, states };
  }

  it("what is spent and set aside never exceeds the limits in force", () => {
    fc.assert(
      fc.property(history, (given) => {
        for (const state of live(given).states) expect(within(sum(state.spent, heldIn(state)), state)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("a call that costs more than was set aside exceeds them by that and no more", () => {
    const calls = fc.array(fc.record({ wanted: amount, over: amount, lost: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(limit, calls, (limits, given) => {
        let state = budget(limits);
        let allowed = 0n;
        given.forEach(({ wanted, over, lost }, n) => {
          const before = state;
          state = folded(state, reserve(`c${n}`, wanted));
          if (state === before) return;
          state = folded(state, settle(`c${n}`, sum(wanted, over), lost));
          allowed += over.nanoUsd;
          if (limits.nanoUsd !== undefined) expect(state.spent.nanoUsd <= limits.nanoUsd + allowed).toBe(true);
        });
      }),
      { numRuns: 200 },
    );
  });

  it("is the same when its log is read again, from the beginning or from anywhere", () => {
    fc.assert(
      fc.property(history, fc.nat(100), (given, at) => {
        const { log, states } = live(given);
        expect(folded(states[0]!, ...log)).toEqual(states.at(-1));
        const cut = at % (log.length + 1);
        expect(folded(states[cut]!, ...log.slice(cut))).toEqual(states.at(-1));
        // What was written twice counts once.
        const doubled = log.flatMap((event): BudgetEvent[] => (event.kind === "raise" ? [event] : [event, event]));
        expect(folded(states[0]!, ...doubled)).toEqual(states.at(-1));
      }),
      { numRuns: 200 },
    );
  });

  it("shares fit together, whoever takes them", () => {
    const takers = fc.array(fc.constantFrom("half" as const, "whole" as const), { maxLength: 6 });
    fc.assert(
      fc.property(limit, takers, (limits, parts) => {
        let state = budget(limits);
        parts.forEach((part, n) => {
          const next = apply(state, reserve(`c${n}`, share(state, part)));
          expect(next).not.toBe(state);
          state = next;
        });
      }),
    );
  });
});
