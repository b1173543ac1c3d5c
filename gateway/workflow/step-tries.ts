// What is set aside for one step: a reservation for each try of its call that may cost something, until its end is known.
import type { EventBody } from "#durable/flow.ts";
import { type Amounts, apply, type Budget, nothing } from "#ledger/budget.ts";
import { reservedBody, settledBody } from "#ledger/budget-log.ts";
import type { RunLedger } from "./run-ledger.ts";
import type { Cost } from "./spent.ts";

export interface StepTries {
  /** Sets something aside for a try; false when it can't be had, or nothing can be written any more. */
  begin(amounts: Amounts): boolean;
  /** The end of a call that failed and told what it cost: of the try under way, or of the earlier one it was the work of. */
  failed(cost: Cost, isReplayed: boolean): EventBody[];
  /** The ends of all tries of a call that will not be made again. An answer made for an earlier try is paid with that one's reservation. */
  answered(cost: Cost, isReplayed: boolean): EventBody[];
  /** The ends of tries of which nobody has heard and nobody will. */
  lost(): EventBody[];
}

/** All of it counts as spent; where calls are not limited, as one of them. */
function unheard({ limits }: Budget, [key, amounts]: [string, Amounts]) {
  return settledBody(key, { ...amounts, calls: limits.calls === undefined ? 1 : amounts.calls }, true);
}

const prefixOf = (stepId: string) => `${stepId}#`;

/** The tries of a step whose end is not written down, those of an earlier process included. */
function open({ held }: Budget, prefix: string): [string, Amounts][] {
  return [...held].filter(([key]) => key.startsWith(prefix));
}

export function stepTries(ledger: RunLedger, emit: (body: EventBody) => void, stepId: string): StepTries {
  const prefix = prefixOf(stepId);
  const budget = () => ledger.now()!.budget;
  let current = "";

  function settled(key: string, { amounts, unknown }: Cost): EventBody {
    const reserved = budget().held.get(key) ?? nothing;
    return unknown ? settledBody(key, atLeast(reserved, amounts), true) : settledBody(key, amounts, false);
  }

  const lostBefore = () => open(budget(), prefix).filter(([key]) => key !== current);

  /** The try under way was allowed nothing of what this cost, so it is an earlier one's: not every answer says so. */
  function isOlder({ amounts }: Cost): boolean {
    const { limits, held } = budget();
    const had = held.get(current) ?? nothing;
    return (
      (limits.nanoUsd !== undefined && had.nanoUsd === 0n && amounts.nanoUsd > 0n) ||
      (limits.tokens !== undefined && had.tokens === 0n && amounts.tokens > 0n) ||
      (limits.calls !== undefined && had.calls === 0 && amounts.calls > 0)
    );
  }

  return {
    begin(amounts) {
      const before = budget();
      const used = [...before.held.keys(), ...before.settled].filter((key) => key.startsWith(prefix));
      const key = `${prefix}${used.length + 1}`;
      if (apply(before, { kind: "reserve", key, ...amounts }) === before) return false;
      emit(reservedBody(key, amounts));
      if (!budget().held.has(key)) return false;
      current = key;
      return true;
    },
    failed(cost, isReplayed) {
      const earlier = lostBefore();
      const [first, ...others] = earlier;
      if (first === undefined || !(isReplayed || isOlder(cost))) return [settled(current, cost)];
      // What failed was work for one of the earlier tries; of several nobody knows for which, so they stay as they are.
      const ended = others.length === 0 ? [settled(first[0], cost)] : [];
      return [...ended, settledBody(current, nothing, false)];
    },
    answered(cost, isReplayed) {
      const earlier = lostBefore();
      const [first, ...others] = earlier;
      if (first === undefined || !(isReplayed || isOlder(cost))) {
        return [...earlier.map((each) => unheard(budget(), each)), settled(current, cost)];
      }
      // One of the earlier tries made the answer; of several nobody knows which, so each counts as a whole, and it with them.
      const made = others.length === 0 ? [settled(first[0], cost)] : earlier.map((each) => unheard(budget(), each));
      return [...made, settledBody(current, nothing, false)];
    },
    lost: () => open(budget(), prefix).map((each) => unheard(budget(), each)),
  };
}

/** Of a run without a budget nothing is set aside. */
export const unlimited: StepTries = { begin: () => true, failed: () => [], answered: () => [], lost: () => [] };

/** The ends of all that is still set aside, for a step or for all. */
export function allLost(budget: Budget, stepId?: string) {
  const held = stepId === undefined ? [...budget.held] : open(budget, prefixOf(stepId));
  return held.map((each) => unheard(budget, each));
}

/** What is not known counts as all that was set aside, and more where more is known. */
function atLeast(a: Amounts, b: Amounts): Amounts {
  return {
    nanoUsd: a.nanoUsd > b.nanoUsd ? a.nanoUsd : b.nanoUsd,
    tokens: a.tokens > b.tokens ? a.tokens : b.tokens,
    calls: Math.max(a.calls, b.calls),
  };
}
