// What holds a run up: approvals, sleeps and what steps wait for, kept so that a crash takes nothing back and makes nobody wait twice.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Clock } from "#core/clock.ts";
import { ApprovalState, WaitReason } from "#gen/synapse/v1/run_pb.ts";
import { type ApprovalRow, approvalOf, decisionIn } from "./approval-rows.ts";
import type { Decision, EventBody, Flow, Question } from "./flow.ts";
import type { Journal } from "./journal.ts";
import { pauseUntil } from "./pause.ts";
import type { UnderWay } from "./under-way.ts";

export interface Waits extends Pick<Flow, "sleep"> {
  /** Waits for a decision; who asks under the same name at the same time gets the same one. */
  approval(name: string, question: Question, reason?: WaitReason): Promise<Decision>;
  /** From here to its release the run is WAITING. To be called within a write, and released within one. */
  hold(stepId: string, wait: Wait): (why: string) => void;
  /** Says, within the write that decides an approval, that nobody waits for it any more; what it gives wakes who did, once that is written. */
  decided(name: string): () => void;
}

export interface Wait {
  reason: WaitReason;
  /** When it ends by itself, milliseconds of the day's time. */
  until: number;
  detail?: string;
}

/** An approval that is being waited for. */
interface Asking {
  answer: Promise<Decision>;
  decided(): () => void;
}

export function waits(way: UnderWay, journal: Journal, clock: Clock): Waits {
  const now = () => clock.date().getTime();
  /** The open ones, oldest first: while any is open the run is WAITING. */
  const open: Array<{ stepId: string; body: EventBody }> = [];
  const asking = new Map<string, Asking>();

  function hold(stepId: string, { until, ...said }: Wait): (why: string) => void {
    const wait = { stepId, body: { case: "runWaiting", value: { ...said, until: timestampFromMs(until) } } } as const;
    open.push(wait);
    way.append(wait);
    return function release(why) {
      open.splice(open.indexOf(wait), 1);
      way.append(open[0] ?? { stepId, body: { case: "runResumed", value: { reason: why } } });
    };
  }

  function approval(name: string, question: Question, reason: WaitReason = WaitReason.APPROVAL): Promise<Decision> {
    const known = asking.get(name);
    if (known) return known.answer;
    const first = way.write(() => {
      const { row, isNew } = journal.ask(way.id, name, question, now());
      if (isNew) way.append(requested(name, row));
      if (isNew && row.approved !== null) way.append(decidedEvent(name, row));
      return { row, release: row.approved === null ? hold(name, { reason, until: row.until ?? 0 }) : undefined };
    });
    if (first.release === undefined) return Promise.resolve(decisionIn(first.row));
    const { release } = first;
    const cut = new AbortController();
    const answer = decision(name, first.row.until ?? 0, release, cut.signal).finally(() => asking.delete(name));
    // Who asked may have gone meanwhile; those who have not get the error.
    answer.catch(() => {});
    asking.set(name, {
      answer,
      decided() {
        release(endWords(name, journal.approval(way.id, name)!));
        return () => cut.abort();
      },
    });
    return answer;
  }

  async function decision(name: string, until: number, release: (why: string) => void, cut: AbortSignal) {
    await pauseUntil(until, clock, way.signal, cut);
    return way.write(() => {
      journal.expire(way.id, name, now());
      const row = journal.approval(way.id, name)!;
      if (!cut.aborted) {
        way.append(decidedEvent(name, row));
        release(endWords(name, row));
      }
      return decisionIn(row);
    });
  }

  async function sleep(name: string, ms: number): Promise<void> {
    const { until, release } = way.write(() => {
      const until = journal.sleep(way.id, name, now() + ms);
      return { until, release: until > now() ? hold(name, { reason: WaitReason.TIMER, until }) : undefined };
    });
    if (release === undefined) return;
    await pauseUntil(until, clock, way.signal);
    way.write(() => release(`${name} is over`));
  }

  return {
    approval: async (...asked) => approval(...asked),
    sleep,
    hold,
    decided: (name) => asking.get(name)?.decided() ?? (() => {}),
  };
}

/** Approvals concern the run: they may have the name of a step, and need not. */
function requested(name: string, row: ApprovalRow): { body: EventBody } {
  const { approvalId, kind, prompt, requested: asked, expires } = approvalOf(name, row);
  const approval = { approvalId, kind, prompt, version: 1, state: ApprovalState.OPEN };
  const times = { ...(asked && { requested: asked }), ...(expires && { expires }) };
  return { body: { case: "approvalRequested", value: { approval: { ...approval, ...times } } } };
}

export function decidedEvent(name: string, row: ApprovalRow): { body: EventBody } {
  const { state, note, decidedBy } = approvalOf(name, row);
  return { body: { case: "approvalDecided", value: { approvalId: name, state, note, decidedBy } } };
}

function endWords(name: string, row: ApprovalRow): string {
  const { approved, expired } = decisionIn(row);
  if (expired) return `nobody decided on ${name} in time`;
  return `${name} was ${approved ? "approved" : "rejected"}`;
}
