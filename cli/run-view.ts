// What is shown of a run while it goes on: the run folded from its events, and the little that only events tell.
import { create } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { TestReport } from "#gen/synapse/v1/agent_pb.ts";
import type { Event } from "#gen/synapse/v1/event_pb.ts";
import { type Run, RunSchema, type Step, StepState } from "#gen/synapse/v1/run_pb.ts";
import { apply } from "#store/projection.ts";
import { oneLine } from "./sanitize.ts";

export interface RunView {
  readonly run: Run;
  /** The last line each step that is under way wrote, for a live look. */
  readonly tails: Readonly<Record<string, string>>;
  /** How the last tests went. */
  readonly tests: TestReport | undefined;
  /** Our clock minus the gateway's, as far as events tell: the least seen. */
  readonly skewMs: number;
}

export function nothingYet(runId: string): RunView {
  return { run: create(RunSchema, { runId }), tails: {}, tests: undefined, skewMs: Number.POSITIVE_INFINITY };
}

/** The view after an event that came at `nowMs` (time of day). */
export function seen(view: RunView, event: Event, nowMs: number): RunView {
  const skewMs = event.time ? Math.min(view.skewMs, nowMs - timestampMs(event.time)) : view.skewMs;
  const tests = event.body.case === "testResult" ? event.body.value.tests : view.tests;
  return { run: apply(view.run, event), tails: tailsAfter(view.tails, event), tests, skewMs };
}

function tailsAfter(tails: RunView["tails"], { stepId, body }: Event): RunView["tails"] {
  switch (body.case) {
    case "outputDelta":
    case "commandOutput": {
      const last = oneLine(
        body.value.text
          .trimEnd()
          .slice(-400)
          .split(/[\r\n]/)
          .at(-1) ?? "",
      );
      return last === "" ? tails : { ...tails, [stepId]: last };
    }
    case "outputReset":
    case "stepRetrying":
    case "stepStarted":
    case "stepCompleted":
    case "stepFailed": {
      const { [stepId]: _, ...others } = tails;
      return others;
    }
    default:
      return tails;
  }
}

/** Milliseconds since the run was created, at an event or at our time `nowMs`. */
export function sinceCreated({ run, skewMs }: RunView, at: Event | number): number {
  const begin = run.created ? timestampMs(run.created) : 0;
  const ms = typeof at === "number" ? at - (Number.isFinite(skewMs) ? skewMs : 0) : at.time ? timestampMs(at.time) : 0;
  return Math.max(0, ms - begin);
}

/** How long a step took, or has taken at our time `nowMs`; undefined before it begins. */
export function stepMs({ skewMs }: Pick<RunView, "skewMs">, step: Step, nowMs: number): number | undefined {
  if (!step.started) return undefined;
  const end = step.ended ? timestampMs(step.ended) : nowMs - (Number.isFinite(skewMs) ? skewMs : 0);
  return Math.max(0, end - timestampMs(step.started));
}

/** Whether the step can still change. */
export function isOpen(step: Step): boolean {
  return step.state === StepState.PENDING || step.state === StepState.RUNNING || step.state === StepState.WAITING;
}
