// More budget, because a human allowed it: each yes raises every limit by what it was in the beginning.
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import type { EventBody, Hold } from "#durable/flow.ts";
import { ApprovalKind, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { type Budget as Asked, OnLimit } from "#gen/synapse/v1/usage_pb.ts";
import { raisedBody } from "#ledger/budget-log.ts";
import { type LimitName, limitWords, tightest } from "#ledger/budget-words.ts";
import { limitOf } from "./budget-refusal.ts";
import type { RunLedger } from "./run-ledger.ts";

/** Adds what was allowed and not yet added. */
export function raiseAsAllowed(ledger: RunLedger, emit: (body: EventBody) => void): void {
  const known = ledger.now();
  const [by, ...others] = known?.allowed ?? [];
  if (known === undefined || by === undefined) return;
  emit(raisedBody(known.budget, known.limit, known.original, by));
  // Each is added to what the one before made of it; what can't be written now will be at the next attempt.
  if (others.length > 0 && (ledger.now()?.allowed.length ?? 0) < known.allowed.length) raiseAsAllowed(ledger, emit);
}

/** The question that holds a step up instead of ending it; undefined where nobody is to be asked, or a yes would change nothing. */
export function askingForMore(ledger: RunLedger, expiresMs: number): (error: unknown) => Hold | undefined {
  return (error) => {
    const known = ledger.now();
    if (reasonOf(error) !== Reason.BUDGET_EXCEEDED || known?.original.onLimit !== OnLimit.ASK) return undefined;
    const { budget, original, asked } = known;
    if (isNothing(limitOf(error) ?? tightest(budget), original)) return undefined;
    return {
      kind: "approval",
      name: `budget-${asked + 1}`,
      approvalKind: ApprovalKind.BUDGET,
      prompt: `The budget stopped the run: ${messageOf(error)}. May it have another ${limitWords(original)}?`,
      expiresMs,
      reason: WaitReason.BUDGET,
    };
  };
}

/** Whether twice that limit is no more than once. */
function isNothing(limit: LimitName, { costNanoUsd, tokens, calls, wall }: Asked): boolean {
  switch (limit) {
    case "money":
      return costNanoUsd === 0n;
    case "tokens":
      return tokens === 0n;
    case "calls":
      return calls === 0;
    case "wall":
      return wall !== undefined && wall.seconds === 0n && wall.nanos === 0;
  }
}
