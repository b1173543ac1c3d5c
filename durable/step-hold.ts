// What holds a step up between two attempts: kept with the step, so that after a crash only the rest is waited for.
import type { Clock } from "#core/clock.ts";
import { ApprovalKind } from "#gen/synapse/v1/run_pb.ts";
import type { Hold } from "./flow.ts";
import type { Waited } from "./hold.ts";
import type { HoldRow, Journal } from "./journal.ts";
import { notApproved } from "./not-approved.ts";
import { pauseUntil } from "./pause.ts";
import { stepFailure } from "./step-failure.ts";
import type { StepLog } from "./step-log.ts";
import type { UnderWay } from "./under-way.ts";
import type { Waits } from "./waits.ts";

export interface StepHoldParts {
  way: UnderWay;
  journal: Journal;
  waits: Waits;
  clock: Clock;
  log: StepLog;
  stepId: string;
}

export interface StepHold {
  readonly waited: Waited;
  /** Holds the step up after an attempt; false when the same question held it up before: asking again would go on for ever. Throws what a human did not allow. */
  begin(hold: Hold, attempt: number, error: unknown): Promise<boolean>;
  /** Waits for what is left of the last one. */
  goOn(): Promise<void>;
}

export function stepHold({ way, journal, waits, clock, log, stepId }: StepHoldParts): StepHold {
  const known = () => journal.hold(way.id, stepId);
  const now = () => clock.date().getTime();
  const waited = () => ({ times: known()?.times ?? 0, ms: known()?.waitedMs ?? 0 });

  /** What is written down and, in the same transaction, shown. */
  function note(hold: Hold): HoldRow {
    const before = waited();
    const times = before.times + 1;
    if (hold.kind === "approval") {
      const { reason, name, approvalKind } = hold;
      return { reason, until: null, detail: "", name, approvalKind, times: before.times, waitedMs: before.ms };
    }
    const { reason, untilMs, detail } = hold;
    const waitedMs = before.ms + Math.max(0, untilMs - now());
    return { reason, until: untilMs, detail, name: "", approvalKind: ApprovalKind.UNSPECIFIED, times, waitedMs };
  }

  async function wait({ reason, detail }: HoldRow, until: number): Promise<void> {
    const release = way.write(() => (until > now() ? waits.hold(stepId, { reason, until, detail }) : undefined));
    await pauseUntil(until, clock, way.signal);
    if (release) way.write(() => release(`${stepId} goes on`));
  }

  async function ask({ name, reason, approvalKind: kind }: HoldRow, expiresMs: number, prompt: string) {
    const decision = await waits.approval(name, { kind, expiresMs, prompt }, reason);
    if (!decision.approved) throw notApproved(name, decision);
  }

  return {
    get waited() {
      return waited();
    },
    async begin(hold, attempt, error) {
      const before = known();
      if (hold.kind === "approval" && before?.name === hold.name) return false;
      const row = note(hold);
      // With the question in the same transaction: after a crash either both are known or none.
      const { over } = way.write(() => {
        journal.writeHold(way.id, stepId, row);
        log.held(attempt, stepFailure(error), row.until);
        const over = hold.kind === "approval" ? ask(row, hold.expiresMs, hold.prompt) : wait(row, hold.untilMs);
        // A disk that fails now fails this write, and nobody comes to wait.
        over.catch(() => {});
        return { over };
      });
      await over;
      return true;
    },
    async goOn() {
      const row = known();
      if (row === undefined) return;
      if (row.until !== null) return wait(row, row.until);
      // It was asked before: what it says and until when is known.
      await ask(row, 0, "");
    },
  };
}
