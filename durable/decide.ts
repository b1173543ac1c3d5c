// A decision on an approval: kept, told and, where the run waits for it, obeyed in one transaction.
import type { Clock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import type { Store } from "#store/store.ts";
import { voteText } from "./approval-rows.ts";
import type { Vote } from "./flow.ts";
import type { Journal } from "./journal.ts";
import type { UnderWay } from "./under-way.ts";
import { decidedEvent, type Waits } from "./waits.ts";

export interface DecideParts {
  store: Pick<Store, "events" | "transaction">;
  journal: Journal;
  clock: Clock;
  /** The run as far as it is under way in this process. */
  run: { way: UnderWay; waits: Waits } | undefined;
}

/** Whether the very same vote was made before; another one with its key is refused. */
export function isRepeated(journal: Journal, runId: string, name: string, vote: Vote): boolean {
  const before = vote.key === undefined ? undefined : journal.votedWith(vote.key);
  if (before === undefined) return false;
  if (before === voteText(runId, name, vote)) return true;
  throw failure(
    Reason.IDEMPOTENCY_MISMATCH,
    `the idempotency key ${JSON.stringify(vote.key)} was used for another decision: use a new key`,
  );
}

/** Of several who decide one does: the others get false. */
export function decide({ store, journal, clock, run }: DecideParts, runId: string, name: string, vote: Vote): boolean {
  const write = run?.way.write ?? store.transaction;
  const wake = write(() => {
    if (!journal.decide(runId, name, vote, clock.date().getTime())) return undefined;
    const row = journal.approval(runId, name)!;
    // One that was not asked for yet is told of when it is.
    if (row.requested !== null) store.events.append(runId, decidedEvent(name, row));
    return run?.waits.decided(name) ?? (() => {});
  });
  wake?.();
  return wake !== undefined;
}
