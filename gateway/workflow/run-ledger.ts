// What a run's log says of its budget, read on as the log grows: there is no second place where it stands.
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { ApprovalKind, ApprovalState } from "#gen/synapse/v1/run_pb.ts";
import type { Budget as Asked } from "#gen/synapse/v1/usage_pb.ts";
import type { Budget } from "#ledger/budget.ts";
import { folded } from "#ledger/budget-log.ts";
import { notBegun, type Worked, workedAfter } from "#ledger/budget-time.ts";
import type { Store } from "#store/store.ts";

export interface RunLedger {
  /** As of the last event; undefined when the run has no budget. */
  now(): Known | undefined;
}

export interface Known {
  readonly budget: Budget;
  readonly worked: Worked;
  /** As the run began. */
  readonly original: Asked;
  /** In force. */
  readonly limit: Asked;
  /** How often a human was asked for more. */
  readonly asked: number;
  /** Who allowed more without its having been added yet, as they named themselves. */
  readonly allowed: readonly string[];
}

/** Before the log's first event; `asks` are the approvals that would raise the budget. */
type Reading = Partial<Omit<Known, "worked" | "allowed">> & {
  readonly worked: Worked;
  readonly asks: ReadonlySet<string>;
  readonly allowed: readonly string[];
};

const pageSize = 1000;

export function runLedger(events: Pick<Store["events"], "read">, runId: string): RunLedger {
  let seq = 0n;
  let known: Reading = { worked: notBegun, asks: new Set(), allowed: [] };

  function now(): Known | undefined {
    for (let page = next(); page.length > 0; page = next()) {
      known = page.reduce(after, { ...known, ...budgetAfter(known.budget, page) });
      seq = page.at(-1)!.seq;
    }
    const { budget, original, limit, asks, worked, allowed } = known;
    return budget && original && limit && { budget, original, limit, worked, allowed, asked: asks.size };
  }

  /** A run without a budget is read once: it never gets one. */
  function next(): Event[] {
    if (seq > 0n && known.original === undefined) return [];
    return events.read(runId, seq, seq === 0n ? 1 : pageSize);
  }

  return { now };
}

function budgetAfter(before: Budget | undefined, page: readonly Event[]): { budget?: Budget } {
  const budget = folded(before, page);
  return budget === undefined ? {} : { budget };
}

function after(before: Reading, event: Event): Reading {
  const reading = { ...before, worked: workedAfter(before.worked, event) };
  const { body } = event;
  switch (body.case) {
    case "runCreated": {
      const { budget } = body.value;
      return budget === undefined ? reading : { ...reading, original: budget, limit: budget };
    }
    case "budgetRaised":
      return { ...reading, ...(body.value.limit && { limit: body.value.limit }), allowed: before.allowed.slice(1) };
    case "approvalRequested": {
      const { approvalId = "", kind } = body.value.approval ?? {};
      return kind === ApprovalKind.BUDGET ? { ...reading, asks: new Set(before.asks).add(approvalId) } : reading;
    }
    case "approvalDecided": {
      const { approvalId, state, decidedBy } = body.value;
      const isAllowed = state === ApprovalState.APPROVED && before.asks.has(approvalId);
      return isAllowed ? { ...reading, allowed: [...before.allowed, decidedBy] } : reading;
    }
    default:
      return reading;
  }
}
