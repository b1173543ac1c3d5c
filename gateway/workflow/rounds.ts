// Goes round until a round passes or nothing more helps: what every workflow does after tests that failed, or a human who said no.
import { create } from "@bufbuild/protobuf";
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import type { Flow } from "#durable/flow.ts";
import { type Execution, Outcome } from "#gen/synapse/v1/agent_pb.ts";
import { type FailedRound, FailedRoundSchema } from "#gen/synapse/v1/claude_pb.ts";
import { afterFailure } from "./repair.ts";

/** A round that was executed. */
export interface Executed {
  round: number;
  execution: Execution;
  /** Of the failure; empty when there is none. */
  signature: string;
  rejected?: undefined;
}

/** A round whose code a human does not let run as it is. */
export interface Rejected {
  round: number;
  execution?: undefined;
  /** The refusal, and what is to be changed. */
  rejected: { error: unknown; note: string };
}

export interface RoundsOptions<E extends Executed, R extends Rejected> {
  first: E | R;
  /** Asks another agent which is wrong, code or test. */
  review: (latest: E | R) => Promise<readonly string[]>;
  /** The next round, told what went wrong. */
  again: (failure: FailedRound, latest: E | R) => Promise<E | R>;
}

/** What the coder is told of a review, in characters. */
const maxAdvice = 16_384;

/** A coder that has nothing better to offer ends the repairs, not the run. */
const nothingBetter: ReadonlySet<Reason> = new Set<Reason>([Reason.ENGINE_CANNOT, Reason.ENGINE_OUTPUT]);

/** The best round, and why no further one was tried; empty when none was needed. A no that nothing could answer is thrown. */
export async function rounds<E extends Executed, R extends Rejected>(
  flow: Pick<Flow, "emit">,
  { first, review, again }: RoundsOptions<E, R>,
): Promise<{ best: E; stopped: string }> {
  let latest = first;
  let best = better<E, R>(undefined, latest);
  const signatures: string[] = [];
  while (latest.rejected !== undefined || latest.execution.outcome === Outcome.NOT_PASSED) {
    const { round, rejected, execution } = latest;
    const signature = rejected ? "rejected" : latest.signature;
    // Two rejections are never the same failure.
    signatures.push(rejected ? `rejected ${round}` : signature);
    const next = afterFailure(signatures);
    if (next.kind === "stop") return given(best, rejected, next.why);
    const strategy = next.advice ? "ask-reviewer" : "repair";
    flow.emit(`repair-${round + 1}`, { case: "repairRound", value: { round, signature, strategy } });
    const advice = rejected?.note ?? (next.advice ? (await review(latest)).join("\n").slice(0, maxAdvice) : "");
    const failure = create(FailedRoundSchema, { round, advice, ...(execution && { execution }) });
    try {
      latest = await again(failure, latest);
    } catch (error) {
      if (!nothingBetter.has(reasonOf(error))) throw error;
      return given(best, rejected, messageOf(error));
    }
    best = better(best, latest);
  }
  return given(best, undefined, "");
}

/** A human who wants something better gets that or a failure, not what was there before. */
function given<E>(best: E | undefined, rejected: Rejected["rejected"] | undefined, stopped: string) {
  if (rejected) throw rejected.error;
  return { best: best!, stopped };
}

function better<E extends Executed, R extends Rejected>(best: E | undefined, latest: E | R): E | undefined {
  if (latest.rejected) return best;
  if (best === undefined || latest.execution.outcome === Outcome.PASSED) return latest;
  return passed(latest) >= passed(best) ? latest : best;
}

function passed({ execution }: Executed): number {
  return execution.tests?.passed ?? 0;
}
