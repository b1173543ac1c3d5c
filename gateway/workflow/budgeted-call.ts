// One call within what was set aside for it: what it is told, what is seen of it on its way, and what is written down at its end.
import { allowanceHeader, writeAllowance } from "#core/allowance.ts";
import { failure, Reason, spentOn } from "#core/failure.ts";
import type { EventBody, StepContext } from "#durable/flow.ts";
import type { Amounts, Limits } from "#ledger/budget.ts";
import { limitedPart } from "#ledger/budget-share.ts";
import type { Happening } from "#resilience/happening.ts";
import type { Call, Told } from "./listen.ts";
import { costOf, costOfFailure, isEndKnown, wasteOf } from "./spent.ts";
import type { StepTries } from "./step-tries.ts";

export interface BudgetedCall {
  readonly call: Call;
  /** Ends the call before its time. */
  readonly cut: AbortController;
  /** What is written when it was answered, by its agent or by a makeshift. */
  answered(told: Told): EventBody[];
  /**
   * What is written when it failed. Of a try whose end is not known nothing is, nor of one whose answer could not be kept,
   * for that error tells no cost: it stays set aside until the step's end.
   */
  failed(error: unknown): EventBody[];
}

export interface Purse {
  tries: StepTries;
  /** What was set aside for a try. */
  had: Amounts;
  limits: Limits;
}

export function budgetedCall(context: StepContext, { tries, had, limits }: Purse): BudgetedCall {
  const cut = new AbortController();
  const allowance = writeAllowance(limitedPart(had, limits));
  /** How often a model was seen to be asked in the try under way. */
  let asked = 0;
  /** The agent has answered it with something. */
  let begun = false;
  /** The answer is here, and with it what it cost. */
  let isAnswered = false;
  let isReplayed = false;
  let instead: Extract<Happening, { kind: "fallback" }> | undefined;

  const call: Call = {
    ...context,
    signal: AbortSignal.any([context.signal, cut.signal]),
    ...(allowance !== undefined && { headers: { [allowanceHeader]: allowance } }),
    asks() {
      asked++;
      begun = true;
    },
    answers() {
      isAnswered = true;
    },
    replays(is) {
      begun = true;
      isReplayed = is;
    },
    hear(happening) {
      if (happening.kind === "fallback") instead = happening;
      if (!isOneMore(happening)) return;
      asked = 0;
      isAnswered = false;
      // A stream that begins anew does not say when it does.
      begun = happening.kind === "reset";
      // Called from timers and amid retries: what goes wrong here, such as a disk that fails, must end this call only.
      try {
        // What was lost may have cost all that it was given, so the next try needs as much again.
        if (!tries.begin(had)) cut.abort(notAgain());
      } catch (error) {
        cut.abort(error);
      }
    },
  };

  return {
    call,
    cut,
    answered(told) {
      if (instead === undefined) {
        return [...wasteOf(told.discarded), ...tries.answered(costOf(told, asked, limits), told.isReplayed)];
      }
      const { error } = instead;
      const isKnown = isEndKnown(error, begun);
      const ends = isKnown ? tries.answered(costOfFailure(error, asked, limits), false) : tries.lost();
      return [...wasteOf(spentOn(error)), ...ends];
    },
    failed: (error) => [
      ...wasteOf(spentOn(error)),
      ...(!cut.signal.aborted && !isAnswered && isEndKnown(error, begun)
        ? tries.failed(costOfFailure(error, asked, limits), isReplayed)
        : []),
    ],
  };
}

/** Whether the agent is asked another time while it may have worked already. */
function isOneMore(happening: Happening): boolean {
  if (happening.kind === "retrying") return !isEndKnown(happening.error, false);
  return happening.kind === "reset" || (happening.kind === "hedge" && happening.what === "sent");
}

function notAgain() {
  return failure(
    Reason.CONNECTION_LOST,
    "the call was lost, and the budget has not as much left to make it again at once",
  );
}
