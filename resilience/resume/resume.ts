// Interceptor, outside retry and deadline: a server stream whose connection breaks goes on where it was, without a gap or a double. Other calls pass.
import type { DescMessage, DescMethod, DescMethodServerStreaming, Message, MessageShape } from "@bufbuild/protobuf";
import type { Interceptor, StreamRequest } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import { type Rng, systemRng } from "#core/rng.ts";
import type { Observe } from "../happening.ts";
import { type PerMethod, perMethod } from "../per-method.ts";
import { durationProblems, must, type Problem } from "../problem.ts";
import { type BackoffOptions, backoffDefaults, backoffProblems } from "../retry/backoff.ts";
import type { RetryBudget } from "../retry/retry-budget.ts";
import type { CheckpointStore, Saving } from "./checkpoint.ts";
import { resumption } from "./resumption.ts";

/** How a stream goes on by what its messages and its request say, where no journal is needed. */
export interface PositionStrategy {
  /** The message's place in the stream; undefined for one that has none, such as a heartbeat. */
  of: (message: Message) => bigint | undefined;
  /** The request for what comes after a place. */
  resume: (request: Message, position: bigint) => Message;
}

export interface ResumeOptions extends BackoffOptions {
  /** Attempts to go on without a new message between them. */
  maxResumes: number;
  /** A peer that says when to come again is obeyed up to this. */
  maxPushbackMs: number;
  /**
   * When the server no longer has the stream. `fail`: the call fails. `restart`: the call begins anew, and what was
   * delivered is void, as `onReset` is told. `restartAndSkip`: it begins anew and skips as many messages as were delivered,
   * which is only right when the same request always gives the same messages.
   */
  onEpochLost: "fail" | "restart" | "restartAndSkip";
  /** The same request always gives the same messages; no model's output is. */
  isDeterministic: boolean;
  /** How often a call may begin anew. */
  maxRestarts: number;
  position: PositionStrategy | undefined;
  saving: Saving;
}

export const resumeDefaults: ResumeOptions = {
  ...backoffDefaults,
  maxResumes: 5,
  maxPushbackMs: 60_000,
  onEpochLost: "fail",
  isDeterministic: false,
  maxRestarts: 3,
  position: undefined,
  saving: "deliver-then-save",
};

export function resumeProblems(options: ResumeOptions): Problem[] {
  const { maxResumes, maxRestarts, maxPushbackMs, onEpochLost, isDeterministic } = options;
  const whole = (path: string, n: number) => must(Number.isInteger(n) && n >= 1, path, `must be 1 or more, got ${n}`);
  return [
    ...backoffProblems(options),
    ...whole("maxResumes", maxResumes),
    ...whole("maxRestarts", maxRestarts),
    ...durationProblems("maxPushbackMs", maxPushbackMs),
    ...must(
      onEpochLost !== "restartAndSkip" || isDeterministic,
      "onEpochLost",
      "restartAndSkip is for methods with isDeterministic: others would be given messages of two different answers",
    ),
  ];
}

export interface ResumeParts {
  /** Shared with the retries of the same peer. */
  budget?: RetryBudget;
  /** Where places are kept over the end of this process, and under which name; undefined for a call not worth it. */
  checkpoints?: { store: CheckpointStore; streamId: (req: StreamRequest) => string | undefined };
  /** So many messages that were delivered are void: the stream begins anew. */
  onReset?: (delivered: number, req: StreamRequest) => void;
  observe?: Observe;
  clock?: Clock;
  rng?: Rng;
}

/** For server streams of servers that journal them, and of methods with a `position`. */
export function resume(options: PerMethod<ResumeOptions> & ResumeParts = {}): Interceptor {
  const { budget, checkpoints, onReset, observe, clock = systemClock, rng = systemRng, ...given } = options;
  const optionsOf = perMethod(resumeDefaults, given, resumeProblems);
  const parts = { budget, checkpoints, onReset, observe, clock, rng };
  return (next) => (req) => {
    const own = req.method.methodKind === "server_streaming" ? optionsOf(req.method) : undefined;
    return own && req.stream ? resumption(req, next, own, parts) : next(req);
  };
}

/** A method's position strategy, with the types of its messages. */
export function positionOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethodServerStreaming<I, O>,
  strategy: {
    of: (message: MessageShape<O>) => bigint | undefined;
    resume: (request: MessageShape<I>, position: bigint) => MessageShape<I>;
  },
): { method: DescMethod; position: PositionStrategy } {
  return { method, position: strategy as unknown as PositionStrategy };
}
