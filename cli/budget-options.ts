// `--budget` and its kin: what a run may spend, and what happens when that is used up.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { OnLimit } from "#gen/synapse/v1/usage_pb.ts";
import { wrongUse } from "./exit-codes.ts";
import { spanMs } from "./span.ts";

export interface BudgetOptions {
  budget?: string;
  budgetTokens?: string;
  budgetCalls?: string;
  budgetTime?: string;
  onBudget?: "fail" | "ask";
}

/** The largest a gateway takes. */
const [maxDollars, maxTokens, maxCalls, maxMs] = [1_000_000n, 10n ** 12n, 1_000_000n, 30 * 86_400_000];

/** What is asked of the gateway; a wrong use for what is no such amount. */
export function budgetRequest(options: BudgetOptions) {
  const { budget, budgetTokens, budgetCalls, budgetTime, onBudget } = options;
  const limits = {
    ...(budget !== undefined && { costNanoUsd: nanoUsd(budget) }),
    ...(budgetTokens !== undefined && { tokens: tokens(budgetTokens) }),
    ...(budgetCalls !== undefined && { calls: Number(calls(budgetCalls)) }),
    ...(budgetTime !== undefined && { wall: durationFromMs(timeMs(budgetTime)) }),
  };
  if (Object.keys(limits).length === 0) {
    if (onBudget === undefined) return {};
    throw wrongUse("--on-budget needs a budget: give --budget, --budget-tokens, --budget-calls or --budget-time too");
  }
  const onLimit = onBudget === "ask" ? OnLimit.ASK : OnLimit.FAIL;
  return { budget: { ...limits, onLimit } };
}

function nanoUsd(given: string): bigint {
  const [, whole, part = ""] = /^\$?(\d{1,7})(?:\.(\d{1,9}))?$/.exec(given.trim()) ?? [];
  const nano = whole === undefined ? undefined : BigInt(whole) * 1_000_000_000n + BigInt(part.padEnd(9, "0"));
  if (nano === undefined || nano > maxDollars * 1_000_000_000n)
    throw wrongUse(`--budget takes US dollars from 0 to 1000000, such as 0.50 or 5: got ${given}`);
  return nano;
}

function tokens(given: string): bigint {
  const [, count, unit = ""] = /^(\d{1,12})([km]?)$/.exec(given.trim()) ?? [];
  const value = count === undefined ? undefined : BigInt(count) * { "": 1n, k: 1000n, m: 1_000_000n }[unit as "k"];
  if (value === undefined || value > maxTokens)
    throw wrongUse(`--budget-tokens takes a whole number, such as 200000, 200k or 2m: got ${given}`);
  return value;
}

function calls(given: string): bigint {
  if (!/^\d{1,7}$/.test(given) || BigInt(given) > maxCalls)
    throw wrongUse(`--budget-calls takes a whole number from 0 to 1000000: got ${given}`);
  return BigInt(given);
}

function timeMs(given: string): number {
  const ms = spanMs(given);
  if (ms === undefined || ms > maxMs)
    throw wrongUse(`--budget-time takes a span up to 30d, such as 90s, 30m or 2h: got ${given}`);
  return ms;
}
