// What holds a run up: approvals and sleeps, kept so that a crash takes nothing back and makes nobody wait twice.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Clock } from "#core/clock.ts";
import { WaitReason } from "#gen/synapse/v1/run_pb.ts";
import type { Decision, EventBody, Flow } from "./flow.ts";
import type { ApprovalRow, Journal } from "./journal.ts";
import { pauseUntil } from "./pause.ts";
import type { UnderWay } from "./under-way.ts";

export interface Waits extends Pick<Flow, "approval" | "sleep"> {
  /** Tells that an approval was decided: who waits for it looks it up. */
  decided(name: string): void;
}

const expired: Decision = { approved: false, note: "expired" };

export function waits(way: UnderWay, journal: Journal, clock: Clock): Waits {
  const now = () => clock.date().getTime();
  /** The open ones, oldest first: while any is open the run is WAITING. */
  const open: Array<{ stepId: string; body: EventBody }> = [];
  const deciding = new Map<string, AbortController>();

  function hold(stepId: string, reason: WaitReason, until: number): (why: string) => void {
    const wait = { stepId, body: { case: "runWaiting", value: { reason, until: timestampFromMs(until) } } } as const;
    open.push(wait);
    way.append(wait);
    return function release(why) {
      open.splice(open.indexOf(wait), 1);
      way.append(open[0] ?? { stepId, body: { case: "runResumed", value: { reason: why } } });
    };
  }

  async function approval(name: string, { expiresMs }: { expiresMs: number }): Promise<Decision> {
    const first = way.write(() => {
      const row = journal.ask(way.id, name, now() + expiresMs);
      return { row, release: row.approved === null ? hold(name, WaitReason.APPROVAL, row.until ?? 0) : undefined };
    });
    if (first.release === undefined) return decisionIn(first.row);
    const cut = new AbortController();
    deciding.set(name, cut);
    await pauseUntil(first.row.until ?? 0, clock, way.signal, cut.signal);
    deciding.delete(name);
    return way.write(() => {
      // Nobody decided in time: from here on that is the decision, whatever the clock says later.
      journal.decide(way.id, name, expired, 0);
      const decision = decisionIn(journal.ask(way.id, name, 0));
      first.release?.(`${name} was ${decision.approved ? "approved" : "rejected"}`);
      return decision;
    });
  }

  async function sleep(name: string, ms: number): Promise<void> {
    const { until, release } = way.write(() => {
      const until = journal.sleep(way.id, name, now() + ms);
      return { until, release: until > now() ? hold(name, WaitReason.TIMER, until) : undefined };
    });
    if (release === undefined) return;
    await pauseUntil(until, clock, way.signal);
    way.write(() => release(`${name} is over`));
  }

  return { approval, sleep, decided: (name) => deciding.get(name)?.abort() };
}

function decisionIn({ approved, note }: ApprovalRow): Decision {
  return { approved: approved === 1, note };
}
