// What a tool tells its host of a run: plain words and values, short enough for a model to read.
import { z } from "zod";
import { Outcome, OutcomeSchema } from "#gen/synapse/v1/agent_pb.ts";
import {
  type Artifact,
  type Run,
  RunState,
  RunStateSchema,
  StepStateSchema,
  WaitReasonSchema,
} from "#gen/synapse/v1/run_pb.ts";
import { isEnded } from "#store/projection.ts";
import { wordOf } from "../words.ts";

/** A file larger than this is named only: hosts put what they get into a model's context. */
const maxFileChars = 20_000;
/** All files of an answer together. */
const maxAllChars = 60_000;

/** The shape of an answer, as hosts are told it. */
export const answerSchema = z.object({
  run_id: z.string().describe("names the run in the other tools"),
  ended: z.boolean().describe("whether the run has ended; else ask again with wait_run"),
  state: z.string().describe("pending, running, waiting, canceling, completed, failed or canceled"),
  outcome: z
    .string()
    .describe("passed: independent tests ran and passed; not passed; unknown: nothing independent was run"),
  explanation: z.string().describe("what was shown or not, or why the run failed or waits"),
  steps: z.array(z.string()).describe("each step with its state and what it gave"),
  argv: z.array(z.string()).describe("the command that runs the files"),
  files: z.array(z.object({ name: z.string(), content: z.string() })).describe("what the run made"),
  left_out: z.array(z.string()).describe("names of what is too large for this answer"),
});

export type RunAnswer = z.infer<typeof answerSchema>;

export interface Made {
  artifact: Artifact;
  content: string;
}

export function runAnswer(run: Run, made: readonly Made[]): RunAnswer {
  const { files, leftOut } = fitting(made);
  return {
    run_id: run.runId,
    ended: isEnded(run.state),
    state: wordOf(RunStateSchema, run.state),
    outcome: run.outcome === Outcome.UNSPECIFIED ? "unknown" : wordOf(OutcomeSchema, run.outcome),
    explanation: run.explanation || run.failure?.message || waitWords(run),
    steps: run.steps.map(({ stepId, state, summary, failure }) => {
      const what = summary || failure?.message || "";
      return `${stepId}: ${wordOf(StepStateSchema, state)}${what === "" ? "" : `, ${what}`}`;
    }),
    argv: run.argv,
    files,
    left_out: leftOut,
  };
}

function waitWords({ state, waitReason }: Run): string {
  return state === RunState.WAITING ? `waits for ${wordOf(WaitReasonSchema, waitReason)}` : "";
}

function fitting(made: readonly Made[]): { files: RunAnswer["files"]; leftOut: string[] } {
  const files: RunAnswer["files"] = [];
  const leftOut: string[] = [];
  let left = maxAllChars;
  for (const { artifact, content } of made) {
    if (content.length > Math.min(left, maxFileChars)) {
      leftOut.push(artifact.name);
      continue;
    }
    left -= content.length;
    files.push({ name: artifact.name, content });
  }
  return { files, leftOut };
}
