// A call that can't be made for what is left: how that shows, and what is said of it.
import { failure, failureOf, messageOf, Reason, reasonOf, spentOn } from "#core/failure.ts";
import type { EventBody } from "#durable/flow.ts";
import { ProviderFault } from "#gen/synapse/v1/failure_pb.ts";
import { type Amounts, type Budget, heldIn, type Limits } from "#ledger/budget.ts";
import { isMore } from "#ledger/budget-share.ts";
import { type LimitName, spentWords, tightest, timeWords } from "#ledger/budget-words.ts";
import { costOfFailure } from "./spent.ts";

/** A call that was too dear for what it was given. */
export interface Refused {
  readonly error: unknown;
  readonly had: Amounts;
}

/** Undefined for an error that has nothing to do with what the call was given. */
export function tooLittle(error: unknown, had: Amounts, limits: Limits): Refused | undefined {
  if (Object.keys(limits).length === 0) return undefined;
  const reason = reasonOf(error);
  if (reason === Reason.BUDGET_EXCEEDED) return { error, had };
  // An answer is kept as short as can be paid for, and may break off for that.
  const isCut = reason === Reason.ENGINE_OUTPUT && failureOf(error)?.provider?.fault === ProviderFault.LENGTH;
  return isCut && spentOn(error).length > 0 && isNear(costOfFailure(error, 0, limits).amounts, had)
    ? { error, had }
    : undefined;
}

/** Whether more than half was used of something. */
function isNear(spent: Amounts, { nanoUsd, tokens }: Amounts): boolean {
  return isMore(
    { ...spent, nanoUsd: spent.nanoUsd * 2n, tokens: spent.tokens * 2n, calls: 0 },
    { nanoUsd, tokens, calls: 0 },
  );
}

/** The error a refused call ends with, after it was told; one that says something else of the engine keeps its words. */
export function refusal({ error }: Refused, budget: Budget, emit: (body: EventBody) => void): unknown {
  if (reasonOf(error) !== Reason.BUDGET_EXCEEDED) return error;
  const spent = spentWords(budget);
  const lost =
    heldIn(budget).nanoUsd + heldIn(budget).tokens > 0n ? ", the rest is set aside for calls that were lost" : "";
  const words = `${messageOf(error)}${spent === "" ? "" : `; the run has spent ${spent}${lost}`}`;
  return exceeded(tightest(budget), words, emit);
}

/** The same of time. */
export function outOfTime(limitMs: number, emit: (body: EventBody) => void): Error {
  return exceeded(
    "wall",
    `the run has worked for ${timeWords(limitMs)}, which is all the time its budget gives it`,
    emit,
  );
}

const limits = new WeakMap<object, LimitName>();

/** Which limit ended it. */
export function limitOf(error: unknown): LimitName | undefined {
  return error instanceof Error ? limits.get(error) : undefined;
}

function exceeded(limit: LimitName, message: string, emit: (body: EventBody) => void): Error {
  emit({ case: "budgetExceeded", value: { limit, message } });
  const error = failure(Reason.BUDGET_EXCEEDED, message);
  limits.set(error, limit);
  return error;
}
