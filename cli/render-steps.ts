// How the steps of a run are written: pure functions from what is known to lines.
import { durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Event, RepairRound, RunWaiting } from "#gen/synapse/v1/event_pb.ts";
import { ReasonSchema } from "#gen/synapse/v1/failure_pb.ts";
import {
  type Run,
  RunState,
  type Step,
  type StepFailure,
  StepState,
  StepStateSchema,
  WaitReason,
  WaitReasonSchema,
} from "#gen/synapse/v1/run_pb.ts";
import { answerWords } from "./render-approvals.ts";
import { changeWords } from "./render-budget.ts";
import { type RunView, sinceCreated, stepMs } from "./run-view.ts";
import { oneLine } from "./sanitize.ts";
import { displayWidth, pad } from "./width.ts";
import { engineWords, spanWords, stepMark, wordOf } from "./words.ts";

/** As it is without models; whoever knows all steps may have it wider. */
const usualEngineWidth = 15;

/** How wide the column of engines is, so that what stands behind it is beneath each other. */
export function widestEngine(steps: readonly Step[]): number {
  return Math.max(usualEngineWidth, ...steps.map(({ engine }) => displayWidth(oneLine(engineWords(engine)))));
}

/** One line of a step: sign, name, agent, engine, time, attempts, and what there is to say. Not coloured. */
export function stepLine(
  step: Step,
  view: Pick<RunView, "skewMs" | "tails">,
  nowMs: number,
  { sign, engineWidth = usualEngineWidth }: { sign?: string | undefined; engineWidth?: number } = {},
): string {
  const ms = stepMs(view, step, nowMs);
  const cells = [
    sign ?? stepMark(step.state).glyph,
    pad(oneLine(step.stepId), 10),
    pad(oneLine(step.agent), 6),
    pad(oneLine(engineWords(step.engine)), engineWidth),
    pad((ms === undefined ? "" : spanWords(ms)).padStart(6), 6),
  ];
  return `${cells.join("  ")}  ${saying(step, view.tails)}`.trimEnd();
}

/** What a step gave, why it failed, or what it says right now. */
function saying(step: Step, tails: RunView["tails"]): string {
  const attempts = step.attempt > 1 ? `[attempt ${step.attempt}] ` : "";
  if (step.state === StepState.WAITING || step.state === StepState.FAILED) {
    return attempts + failureWords(step.failure);
  }
  return attempts + (oneLine(step.summary) || (tails[step.stepId] ?? ""));
}

/** Such as "connection lost: the connection to codex broke"; of several lines the first, the others say what to do. */
function failureWords(failure: StepFailure | undefined): string {
  if (!failure) return "";
  const [first = ""] = failure.message.trim().split("\n");
  return `${wordOf(ReasonSchema, failure.reason)}: ${oneLine(first)}`;
}

/** What the run as a whole is held up by; empty when it just goes on. */
export function holdUp(run: Run, nowMs: number): string {
  if (run.state === RunState.CANCELING) return "canceling";
  if (run.state !== RunState.WAITING) return "";
  const left = run.waitUntil ? spanWords(Math.max(0, timestampMs(run.waitUntil) - nowMs)) : "";
  // For what nobody answers in time the run does not go on.
  const isAsked = run.waitReason === WaitReason.APPROVAL || run.waitReason === WaitReason.BUDGET;
  const until = left === "" ? "" : isAsked ? `, for at most ${left}` : `, goes on in ${left}`;
  return `waiting for ${wordOf(WaitReasonSchema, run.waitReason)}${until}`;
}

/** What the run waits for as it begins to, with what is said of it. */
function waitWords({ detail }: RunWaiting, run: Run, time: Event["time"]): string {
  return [holdUp(run, time ? timestampMs(time) : 0), oneLine(detail.split("\n")[0] ?? "")].filter(Boolean).join(": ");
}

/** What is done after tests failed. */
export function repairWords({
  round,
  strategy,
  signature,
}: Pick<RepairRound, "round" | "strategy" | "signature">): string {
  if (signature === "rejected") return `round ${round} was rejected: the code is written anew`;
  const how =
    strategy === "ask-reviewer" ? "the reviewer is asked which is wrong, code or tests" : "the code is repaired";
  return `round ${round} did not pass: ${how}`;
}

type Relief = Extract<Event["body"], { case: "breakerChanged" | "providerFailover" | "outputReset" }>;

/** What was done about an agent that fails. */
export function reliefWords(body: Relief): string {
  switch (body.case) {
    case "breakerChanged": {
      const { agent, endpoint, to, reason, rest } = body.value;
      const until = rest ? `, for ${spanWords(durationMs(rest))}` : "";
      return `breaker    ${oneLine(`${agent} at ${hostOf(endpoint)} is ${to}: ${reason}`)}${until}`;
    }
    case "providerFailover": {
      const { agent, from, to, failure } = body.value;
      return `failover   ${oneLine(`${agent} from ${hostOf(from)} to ${hostOf(to)}`)}: ${failureWords(failure)}`;
    }
    case "outputReset":
      return `reset      what was said so far is void: ${oneLine(body.value.reason)}`;
  }
}

/** An address without what all have. */
function hostOf(url: string): string {
  return url.replace(/^https?:\/\//, "");
}

/** The line of an event for a log or a pipe; undefined for what would only be noise. `view` is after the event. */
export function eventLine(event: Event, view: RunView): string | undefined {
  const said = eventWords(event, view);
  return said === undefined ? undefined : lineAt(event, view, said);
}

export function lineAt(event: Event, view: RunView, said: string): string {
  return `${spanWords(sinceCreated(view, event)).padStart(6)}  ${said}`;
}

function eventWords({ stepId, attempt, time, body }: Event, view: RunView): string | undefined {
  const name = pad(oneLine(stepId), 10);
  switch (body.case) {
    case "runCreated":
      return `run ${view.run.runId}`;
    case "runWaiting":
      return `run         ${waitWords(body.value, view.run, time)}`;
    case "approvalDecided":
      return `run         ${answerWords(body.value)}`;
    case "runResumed":
      return `run         resumed: ${oneLine(body.value.reason)}`;
    case "runCanceling":
      return "run         canceling";
    case "repairRound":
      return `run         ${repairWords(body.value)}`;
    case "stepStarted":
      return `${name}  started    ${oneLine(body.value.agent)}${attempt > 1 ? `, attempt ${attempt}` : ""}`;
    case "stepRetrying":
      return `${name}  retrying   ${failureWords(body.value.failure)}`;
    case "breakerChanged":
    case "providerFailover":
    case "outputReset":
      return `${name}  ${reliefWords(body)}`;
    case "budgetExceeded":
    case "budgetRaised":
      return `${name}  ${changeWords(body)}`;
    case "stepCompleted":
    case "stepFailed":
    case "stepSkipped":
    case "stepCanceled": {
      const step = view.run.steps.find((each) => each.stepId === stepId);
      if (!step) return undefined;
      const who = [step.agent, engineWords(step.engine)].filter(Boolean).map(oneLine).join(" ");
      return `${name}  ${pad(wordOf(StepStateSchema, step.state), 9)}  ${pad(who, 22)}  ${saying(step, {})}`.trimEnd();
    }
    default:
      return undefined;
  }
}
