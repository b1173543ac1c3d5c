// A budget in the words of a run's log, and back.
import { durationFromMs, durationMs } from "@bufbuild/protobuf/wkt";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import type { Budget as Asked } from "#gen/synapse/v1/usage_pb.ts";
import { type Amounts, apply, type Budget, type BudgetEvent, budget, type Limits, raised } from "./budget.ts";

/** The limits that are counted; time is measured elsewhere. */
export function limitsOf({ costNanoUsd, tokens, calls }: Pick<Asked, "costNanoUsd" | "tokens" | "calls">): Limits {
  return {
    ...(costNanoUsd !== undefined && { nanoUsd: costNanoUsd }),
    ...(tokens !== undefined && { tokens }),
    ...(calls !== undefined && { calls }),
  };
}

/** What an event does to the budget; undefined for all that have nothing to do with it. */
export function budgetEventOf({ body }: Pick<Event, "body">): BudgetEvent | undefined {
  switch (body.case) {
    case "budgetReserved":
      return { kind: "reserve", key: body.value.key, ...amountsOf(body.value) };
    case "budgetSettled":
      return { kind: "settle", key: body.value.key, unknown: body.value.unknown, ...amountsOf(body.value) };
    case "budgetRaised":
      return { kind: "raise", limits: limitsOf(body.value.limit ?? {}) };
    default:
      return undefined;
  }
}

/** What stands in the log for a reservation. */
export function reservedBody(key: string, amounts: Amounts) {
  return { case: "budgetReserved", value: { key, ...wordsOf(amounts) } } as const;
}

/** What stands in the log for its end. */
export function settledBody(key: string, amounts: Amounts, unknown: boolean) {
  return { case: "budgetSettled", value: { key, unknown, ...wordsOf(amounts) } } as const;
}

/** What stands in the log when a human allowed more: each limit by what it was in the beginning. */
export function raisedBody(budget: Budget, limit: Asked, original: Asked, raisedBy: string) {
  const { nanoUsd, tokens, calls } = raised(budget);
  const wallMs = limit.wall && durationMs(limit.wall) + (original.wall ? durationMs(original.wall) : 0);
  const next = {
    ...(nanoUsd !== undefined && { costNanoUsd: nanoUsd }),
    ...(tokens !== undefined && { tokens }),
    ...(calls !== undefined && { calls }),
    ...(wallMs !== undefined && { wall: durationFromMs(wallMs) }),
    onLimit: original.onLimit,
  };
  return { case: "budgetRaised", value: { limit: next, raisedBy } } as const;
}

/** The budget after some of the log; undefined while the run has none. */
export function folded(before: Budget | undefined, events: readonly Event[]): Budget | undefined {
  return events.reduce((state, event) => {
    if (event.body.case === "runCreated") {
      const asked = event.body.value.budget;
      return asked && budget(limitsOf(asked));
    }
    const change = state && budgetEventOf(event);
    return change ? apply(state, change) : state;
  }, before);
}

/** The time limit in milliseconds; undefined when there is none. */
export function wallMsOf({ wall }: Pick<Asked, "wall">): number | undefined {
  return wall && durationMs(wall);
}

function amountsOf({ costNanoUsd, tokens, calls }: { costNanoUsd: bigint; tokens: bigint; calls: number }): Amounts {
  return { nanoUsd: costNanoUsd, tokens, calls };
}

function wordsOf({ nanoUsd, tokens, calls }: Amounts) {
  return { costNanoUsd: nanoUsd, tokens, calls };
}
