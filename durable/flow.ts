// The port: the only thing a workflow sees of the engine that makes it survive crashes.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Reason, reasonOf } from "#core/failure.ts";
import type { EventSchema, RunCompletedSchema } from "#gen/synapse/v1/event_pb.ts";
import type { Approval, ApprovalKind, WaitReason } from "#gen/synapse/v1/run_pb.ts";

/** What an event says; the engine adds seq, run, step, attempt and time. */
export type EventBody = NonNullable<MessageInitShape<typeof EventSchema>["body"]>;

/** How a step's result is kept in the journal. */
export interface Codec<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

export interface RetryPolicy {
  /** Tries in all, the first included. */
  attempts: number;
  /** Ceiling of the first wait. */
  initialMs: number;
  /** Ceiling of every wait. */
  maxMs: number;
  multiplier: number;
  /** Part of each wait that chance adds or takes, 0 to 1 (gRPC A6: wait * U(1-j, 1+j)). */
  jitter: number;
}

export const defaultRetry: Readonly<RetryPolicy> = {
  attempts: 5,
  initialMs: 1_000,
  maxMs: 10_000,
  multiplier: 2,
  jitter: 0.2,
};

export interface StepOptions {
  /** Which process does it: claude, gemini or codex. */
  agent?: string;
  /** Tells repeated steps of one name apart, from 1. */
  round?: number;
  retry?: Partial<RetryPolicy>;
  /** Time for one attempt; 10 minutes by default. */
  timeoutMs?: number;
  /** Whether an attempt that failed is to wait instead of counting as a failure; a quota that is used up is waited for anyway. */
  hold?: (error: unknown) => Hold | undefined;
}

/** What holds a step up after an attempt. Meanwhile the run is WAITING; then comes a new attempt that counts against no limit. */
export type Hold =
  | { kind: "until"; untilMs: number; reason: WaitReason; detail: string }
  /** Approved, the step goes on; otherwise it fails. The same name holds a step up once. */
  | {
      kind: "approval";
      name: string;
      approvalKind: ApprovalKind;
      prompt: string;
      expiresMs: number;
      reason: WaitReason;
    };

export interface StepContext {
  /** Aborted when the run is cancelled, the attempt times out or the engine stops. */
  readonly signal: AbortSignal;
  /** `run_id/step/round`: the same in every attempt, so that agents do the work once. */
  readonly key: string;
  /** From 1. */
  readonly attempt: number;
  /** Adds to the event log at once; a later attempt adds again, under its own number. */
  emit(body: EventBody): void;
}

/** What a step's function gives back beside its value: shown in step.completed. */
export interface StepResult<T> {
  value: T;
  summary?: string;
  engine?: { kind: string; model: string } | undefined;
  /** What this attempt cost in all; one that is given up says it by usage.reported, which is added. */
  usage?: Extract<EventBody, { case: "usageReported" }>["value"]["usage"] | undefined;
  /** What is written with the step's end or not at all, before it: what must be there once, however often the step runs. */
  events?: readonly EventBody[];
}

export interface Question {
  expiresMs: number;
  /** STEP by default. */
  kind?: ApprovalKind;
  /** What a human has to know to decide. */
  prompt?: string;
}

export interface Decision {
  approved: boolean;
  note: string;
  /** As they named themselves. */
  decidedBy?: string;
  /** Nobody decided in time. */
  expired?: boolean;
}

/** A decision as somebody makes it. */
export interface Vote extends Decision {
  /** The version of the approval it was made on; whichever it is when absent or 0. */
  expectedVersion?: number;
  /** The same vote with the same key counts as one, and as made. */
  key?: string | undefined;
}

export interface Flow {
  /** The run's id. */
  readonly id: string;
  /** Aborted when the run is cancelled or the engine stops. */
  readonly signal: AbortSignal;
  /** Does `fn` at least once and keeps its value: after a crash the value is read, not made again. Names are unique in a run (with their round). */
  step<T>(
    name: string,
    codec: Codec<T>,
    fn: (context: StepContext) => Promise<StepResult<T>>,
    options?: StepOptions,
  ): Promise<T>;
  /** Waits for a decision, at most `expiresMs`, then counts as rejected; one made early is kept. */
  approval(name: string, question: Question): Promise<Decision>;
  /** Waits; after a crash only the rest. */
  sleep(name: string, ms: number): Promise<void>;
  /** Adds to the event log once per key, however often the workflow is replayed; of step.skipped the key is the step's name. */
  emit(key: string, body: EventBody): void;
}

/** A workflow: deterministic between steps, so that it can be replayed. Its value ends the run's log. */
export type Workflow<I> = (flow: Flow, input: I) => Promise<MessageInitShape<typeof RunCompletedSchema>>;

/** Runs one workflow durably. */
export interface Engine {
  /** Takes up a run that the store knows; does nothing when it is already under way or has ended. */
  start(runId: string): void;
  /** Takes up every run that has not ended; called once at boot. */
  resume(): void;
  /** Ends a run at a user's wish; resolves when its last event is written. Waits a little for stopped steps to come to rest, unless forced. */
  cancel(runId: string, options?: { force?: boolean }): Promise<void>;
  /** Decides an approval, also before it is asked for. False when it can't be: it was decided before, has expired, has another version, or the run is ending. The same vote with the same key is true again. */
  decide(runId: string, name: string, vote: Vote): boolean;
  /** An approval that was asked for, as it stands. */
  approval(runId: string, name: string): Approval | undefined;
  /** How many runs are under way. */
  readonly active: number;
  /** Stops without ending runs: they go on at the next boot. */
  close(): Promise<void>;
}

/** Whether another attempt may succeed. A cancel that was not ours is a lost peer. */
export function isRetryable(error: unknown): boolean {
  return retryable.has(reasonOf(error));
}

const retryable: ReadonlySet<Reason> = new Set<Reason>([
  Reason.DEADLINE,
  Reason.CANCELED,
  Reason.UNREACHABLE,
  Reason.CONNECTION_LOST,
  Reason.NOT_PROCESSED,
  Reason.DRAINING,
  Reason.TRUNCATED,
  Reason.INTERNAL,
  Reason.ATTEMPTS_EXHAUSTED,
  Reason.BREAKER_OPEN,
  Reason.DEPENDENCY,
  Reason.SHED,
  Reason.QUEUE_FULL,
  Reason.NO_ENDPOINT,
  Reason.RATE_LIMITED,
  Reason.EPOCH_LOST,
  Reason.GAP,
  Reason.PRODUCER_LOST,
]);
