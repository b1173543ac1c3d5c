// What a run has spent of its budget, and what is set aside for calls under way.
//
//   free --budget.reserved--> set aside --budget.settled--> spent (the rest is free again; of an unknown cost nothing is)
import { clone, create } from "@bufbuild/protobuf";
import type { BudgetReserved, BudgetSettled, Event } from "#gen/synapse/v1/event_pb.ts";
import type { Run } from "#gen/synapse/v1/run_pb.ts";
import {
  type Budget,
  BudgetSchema,
  type BudgetStatus,
  BudgetStatusSchema,
  ReservationSchema,
} from "#gen/synapse/v1/usage_pb.ts";

export function applyToBudget(run: Run, { body }: Event): void {
  if (body.case === "runCreated") run.budget = begun(body.value.budget);
  else if (run.budget === undefined) return;
  else if (body.case === "budgetReserved") reserve(run.budget, body.value);
  else if (body.case === "budgetSettled") settle(run.budget, body.value);
  else if (body.case === "budgetRaised" && body.value.limit) run.budget.limit = clone(BudgetSchema, body.value.limit);
}

function begun(limit: Budget | undefined): BudgetStatus | undefined {
  return limit && create(BudgetStatusSchema, { limit: clone(BudgetSchema, limit) });
}

function reserve(status: BudgetStatus, { key, costNanoUsd, tokens, calls }: BudgetReserved): void {
  // The same call after a crash reserves under the same key: once.
  if (status.reservations.some((each) => each.key === key)) return;
  status.reservations.push(create(ReservationSchema, { key, costNanoUsd, tokens, calls }));
  status.reservedNanoUsd += costNanoUsd;
  status.reservedTokens += tokens;
  status.calls += calls;
}

function settle(status: BudgetStatus, { key, costNanoUsd, tokens, calls, unknown }: BudgetSettled): void {
  const at = status.reservations.findIndex((each) => each.key === key);
  if (at < 0) return;
  const [reserved] = status.reservations.splice(at, 1);
  status.reservedNanoUsd -= reserved!.costNanoUsd;
  status.reservedTokens -= reserved!.tokens;
  status.calls -= reserved!.calls;
  status.spentNanoUsd += unknown ? larger(costNanoUsd, reserved!.costNanoUsd) : costNanoUsd;
  status.spentTokens += unknown ? larger(tokens, reserved!.tokens) : tokens;
  status.calls += unknown ? Math.max(calls, reserved!.calls) : calls;
}

/** Of a cost that is not known, no less than was set aside for it. */
function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
