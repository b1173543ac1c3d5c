// The workflow "code": plan, research, code beside tests, execute, and repair until it passes. Written only against the port.
import { create } from "@bufbuild/protobuf";
import { messageOf } from "#core/failure.ts";
import type { Flow, Workflow } from "#durable/flow.ts";
import { rejectionNote } from "#durable/not-approved.ts";
import { stepIdOf } from "#durable/step.ts";
import { type File, Outcome, ResearchSchema, type TestSuite } from "#gen/synapse/v1/agent_pb.ts";
import type { CreateRunRequest } from "#gen/synapse/v1/workflow_pb.ts";
import { gated } from "./approvals.ts";
import { tampered } from "./repair.ts";
import { type Executed, type Rejected, rounds } from "./rounds.ts";
import { type KeptCode, type StepDeps, steps } from "./steps.ts";

type Steps = ReturnType<typeof steps>;

/** Rounds with the code they were about. */
interface Candidate extends Executed {
  code: KeptCode;
}

interface Refused extends Rejected {
  code: KeptCode;
}

export function codeWorkflow(deps: StepDeps): Workflow<CreateRunRequest> {
  return async (flow, request) => {
    const { task, files: given } = request;
    const step = steps(gated(flow, request), task, deps);
    const plan = await step.plan(contextOf(given));
    const research = plan.questions.length > 0 ? await step.research(plan, given) : skipped(flow);
    // Tests are written from the plan, beside the code and without seeing it.
    const [first, tests] = await Promise.all([step.code(1, { plan, research, files: given }), step.tests(plan)]);

    const { best, stopped } = await rounds<Candidate, Refused>(flow, {
      first: await tried(step, flow, 1, first, given, tests),
      async review({ round, code }) {
        return step.review(round, [...step.kept.read(flow.id, code.files), ...tests.files]);
      },
      async again(failure, { round, code: { files } }) {
        const before = [...step.kept.read(flow.id, files), ...tests.files];
        const code = await step.code(round + 1, { plan, research, files: before, failure });
        return tried(step, flow, round + 1, code, given, tests);
      },
    });
    return ending(flow, step, best, stopped);
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
): Promise<Candidate | Refused> {
  const flagged = tampered(code.files, tests.files);
  const written = new Map([...given, ...step.kept.read(flow.id, code.files), ...tests.files].map((f) => [f.path, f]));
  try {
    const execution = await step.execute(round, code, [...written.values()], tests);
    const signature = execution.tests?.signature ?? "";
    if (flagged.length === 0 || execution.outcome !== Outcome.PASSED) return { round, code, execution, signature };
    const explanation = `the code changes its own tests (${flagged.join(", ")}), so passing them proves nothing`;
    return { round, code, execution: { ...execution, outcome: Outcome.NOT_PASSED, explanation }, signature };
  } catch (error) {
    const note = rejectionNote(error);
    if (note === "") throw error;
    flow.emit(stepIdOf("execute", round), { case: "stepSkipped", value: { reason: messageOf(error) } });
    return { round, code, rejected: { error, note } };
  }
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
