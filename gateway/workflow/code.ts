// The workflow "code": plan, research, code beside tests, execute, and repair until it passes. Written only against the port.
import { create } from "@bufbuild/protobuf";
import { messageOf, Reason, reasonOf } from "#core/failure.ts";
import type { Flow, Workflow } from "#durable/flow.ts";
import { rejectionNote } from "#durable/not-approved.ts";
import { stepIdOf } from "#durable/step.ts";
import { type Execution, type File, Outcome, ResearchSchema, type TestSuite } from "#gen/synapse/v1/agent_pb.ts";
import { FailedRoundSchema } from "#gen/synapse/v1/claude_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { gated } from "./approvals.ts";
import { afterFailure, tampered } from "./repair.ts";
import { type KeptCode, type StepDeps, steps } from "./steps.ts";

type Steps = ReturnType<typeof steps>;

/** What the coder is told of a review, in characters. */
const maxAdvice = 16_384;

/** One round that was executed. */
interface Candidate {
  round: number;
  code: KeptCode;
  execution: Execution;
  rejected?: undefined;
}

/** One round whose code a human does not let run as it is. */
interface Rejected {
  round: number;
  code: KeptCode;
  execution?: undefined;
  /** The refusal, and what is to be changed. */
  rejected: { error: unknown; note: string };
}

export function codeWorkflow(deps: StepDeps): Workflow<CreateRunRequest> {
  return async (flow, request) => {
    const { task, files: given } = request;
    const step = steps(gated(flow, request), task, deps);
    const plan = await step.plan(contextOf(given));
    const research = plan.questions.length > 0 ? await step.research(plan, given) : skipped(flow);
    // Tests are written from the plan, beside the code and without seeing it.
    const [first, tests] = await Promise.all([step.code(1, { plan, research, files: given }), step.tests(plan)]);

    let latest = await tried(step, flow, 1, first, given, tests);
    let best = better(undefined, latest);
    const signatures: string[] = [];
    let stopped = "";
    while (latest.rejected !== undefined || latest.execution.outcome === Outcome.NOT_PASSED) {
      const { rejected, execution } = latest;
      const signature = rejected ? "rejected" : (execution.tests?.signature ?? "");
      // Two rejections are never the same failure.
      signatures.push(rejected ? `rejected ${latest.round}` : signature);
      const next = afterFailure(signatures);
      if (next.kind === "stop") {
        if (rejected) throw rejected.error;
        stopped = next.why;
        break;
      }
      const round = latest.round + 1;
      const strategy = next.advice ? "ask-reviewer" : "repair";
      flow.emit(`repair-${round}`, { case: "repairRound", value: { round: round - 1, signature, strategy } });
      const files = step.kept.read(flow.id, latest.code.files);
      const advised = next.advice ? (await step.review(round - 1, [...files, ...tests.files])).join("\n") : "";
      const advice = rejected ? rejected.note : advised.slice(0, maxAdvice);
      const failure = create(FailedRoundSchema, { round: round - 1, advice, ...(execution && { execution }) });
      try {
        const code = await step.code(round, { plan, research, files: [...files, ...tests.files], failure });
        latest = await tried(step, flow, round, code, given, tests);
      } catch (error) {
        // An engine that has nothing better to offer ends the repairs, not the run: unless a human wants something better.
        if (reasonOf(error) !== Reason.ENGINE_CANNOT) throw error;
        if (rejected) throw rejected.error;
        stopped = messageOf(error);
        break;
      }
      best = better(best, latest);
    }
    return ending(flow, step, best!, stopped);
  };
}

/** Executes a round's code under the tests; where both have a file of one name, the test's stands. */
async function tried(
  step: Steps,
  flow: Flow,
  round: number,
  code: KeptCode,
  given: readonly File[],
  tests: TestSuite,
): Promise<Candidate | Rejected> {
  const flagged = tampered(code.files, tests.files);
  const written = new Map([...given, ...step.kept.read(flow.id, code.files), ...tests.files].map((f) => [f.path, f]));
  try {
    const execution = await step.execute(round, code, [...written.values()], tests);
    if (flagged.length === 0 || execution.outcome !== Outcome.PASSED) return { round, code, execution };
    const explanation = `the code changes its own tests (${flagged.join(", ")}), so passing them proves nothing`;
    return { round, code, execution: { ...execution, outcome: Outcome.NOT_PASSED, explanation } };
  } catch (error) {
    const note = rejectionNote(error);
    if (note === "") throw error;
    flow.emit(stepIdOf("execute", round), { case: "stepSkipped", value: { reason: messageOf(error) } });
    return { round, code, rejected: { error, note } };
  }
}

function better(best: Candidate | undefined, latest: Candidate | Rejected): Candidate | undefined {
  if (latest.rejected) return best;
  return best === undefined || passedTests(latest) >= passedTests(best) ? latest : best;
}

/** Publishes the best round's files and ends the log. */
function ending(flow: Flow, step: Steps, best: Candidate, stopped: string) {
  const { execution, code } = best;
  const emit = { emit: (body: Parameters<Flow["emit"]>[1]) => flow.emit(`published ${nameOf(body)}`, body) };
  step.kept.keep(emit, flow.id, "files", step.kept.read(flow.id, code.files));
  step.kept.keepText(emit, flow.id, "output.txt", execution.stdout);
  const outcome = execution.outcome === Outcome.UNSPECIFIED ? Outcome.UNKNOWN : execution.outcome;
  const explanation = stopped === "" ? execution.explanation : `${execution.explanation}; stopped: ${stopped}`;
  return { outcome, explanation, argv: code.argv };
}

function nameOf(body: Parameters<Flow["emit"]>[1]): string {
  return body.case === "artifactUpdated" ? (body.value.artifact?.name ?? "") : "";
}

/** What the planner is told of the given files: their names, as far as they fit. */
function contextOf(given: readonly File[]): string[] {
  if (given.length === 0) return [];
  return [`The user gave these files: ${given.map((file) => file.path).join(", ")}`.slice(0, 16_384)];
}

function skipped(flow: Flow) {
  flow.emit("research", { case: "stepSkipped", value: { reason: "the plan asks nothing" } });
  return create(ResearchSchema);
}

function passedTests({ execution }: Candidate): number {
  return execution.tests?.passed ?? 0;
}
