// Machine: how long a run has worked: from its beginning, without the times it waited for humans, quotas and timers.
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Event } from "#gen/synapse/v1/event_pb.ts";

export interface Worked {
  /** When the run began; undefined before. */
  readonly beganMs?: number | undefined;
  /** When the wait under way began. */
  readonly waitingMs?: number | undefined;
  /** All waits that are over. */
  readonly waitedMs: number;
}

export const notBegun: Worked = { waitedMs: 0 };

/** After one more event of the log. */
export function workedAfter(before: Worked, { body, time }: Pick<Event, "body" | "time">): Worked {
  const at = time === undefined ? 0 : timestampMs(time);
  switch (body.case) {
    case "runCreated":
      return { ...before, beganMs: at };
    case "runWaiting":
      // A second wait that begins within the first does not make it longer.
      return before.waitingMs === undefined ? { ...before, waitingMs: at } : before;
    case "runResumed":
      if (before.waitingMs === undefined) return before;
      return { ...before, waitingMs: undefined, waitedMs: before.waitedMs + at - before.waitingMs };
    default:
      return before;
  }
}

/** How long it has worked by `nowMs`, a time of the day; clocks that are set back make it no less than nothing. */
export function workedMs({ beganMs, waitingMs, waitedMs }: Worked, nowMs: number): number {
  if (beganMs === undefined) return 0;
  return Math.max(0, (waitingMs ?? nowMs) - beganMs - waitedMs);
}
