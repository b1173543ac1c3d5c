// What a human is told who must allow a step: what it will do, and with what.
import type { File, Plan, TestSuite } from "#gen/synapse/v1/agent_pb.ts";
import type { FailedRound } from "#gen/synapse/v1/claude_pb.ts";

/** Longer questions nobody reads; the whole is in the run's steps and artifacts. */
const maxLength = 8192;
const maxItems = 50;

type Args = readonly string[];

export const questions = {
  plan: (context: readonly string[]) => lines("May claude plan the task?", ...context),
  research: (plan: Plan) => lines("May gemini answer what the plan asks?", ...items(plan.questions)),
  tests: (plan: Plan) => lines("May codex write tests from the plan?", ...items(plan.successCriteria)),
  code(round: number, { plan, failure }: { plan: Plan; failure?: FailedRound | undefined }) {
    if (failure === undefined) return lines("May claude write the code?", plan.summary, ...items(plan.steps));
    const { execution, advice } = failure;
    return lines(`May claude write the code anew, as round ${round}?`, execution?.explanation ?? "", advice);
  },
  execute(argv: Args, files: readonly File[], tests: Pick<TestSuite, "cases" | "count">) {
    const sizes = files.map(({ path, content }) => `${path} (${Buffer.byteLength(content)} bytes)`);
    const count = tests.cases.length + tests.count;
    const checked = count === 0 ? "There are no tests." : `${count} tests judge it.`;
    // A long command must not push out what it would run.
    const command = shortened(shown(argv), maxLength / 2);
    return lines("May codex run this in its sandbox?", `command: ${command}`, checked, "files:", ...items(sizes));
  },
  review: (files: readonly File[]) =>
    lines("May gemini say what is wrong, code or tests?", ...items(files.map(({ path }) => path))),
};

function lines(...all: readonly string[]): string {
  return shortened(all.filter((line) => line !== "").join("\n"), maxLength);
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length - length} more characters)`;
}

function items(all: readonly string[]): string[] {
  const more = all.length > maxItems ? [`and ${all.length - maxItems} more`] : [];
  return [...all.slice(0, maxItems), ...more].map((item) => `- ${item}`);
}

/** As a shell would take it: an argument with a space in it must not look like two. */
function shown(argv: Args): string {
  return argv.map((each) => (/^[\w@%+=:,./-]+$/.test(each) ? each : JSON.stringify(each))).join(" ");
}
