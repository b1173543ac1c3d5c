// The prompt of a review: a verdict and remarks on lines that exist.
import { z } from "zod";
import { type Review, ReviewSchema, Severity, Verdict } from "#gen/synapse/v1/agent_pb.ts";
import type { ReviewCodeRequest } from "#gen/synapse/v1/gemini_pb.ts";
import { fileItem, taskItem } from "./item.ts";
import type { Prompt } from "./prompt.ts";
import { kept, plainPath, textProblems } from "./read.ts";
import { answerRule } from "./world.ts";

const severities = { INFO: Severity.INFO, WARNING: Severity.WARNING, ERROR: Severity.ERROR } as const;
const verdicts = {
  APPROVE: Verdict.APPROVE,
  REQUEST_CHANGES: Verdict.REQUEST_CHANGES,
  UNABLE: Verdict.UNABLE,
} as const;

const schema = z.object({
  verdict: z
    .enum(["APPROVE", "REQUEST_CHANGES", "UNABLE"])
    .describe("UNABLE only where the code can't be judged, such as in a language you do not know."),
  comments: z.array(
    z.object({
      path: z.string().describe("The file, as it was named to you."),
      line: z.number().describe("The line, from 1; 0 for the whole file."),
      severity: z.enum(["INFO", "WARNING", "ERROR"]).describe("ERROR: it is wrong. WARNING: likely trouble."),
      text: z.string().describe("What is wrong and what to do."),
    }),
  ),
});

export const review: Prompt<ReviewCodeRequest, Review> = {
  name: "review",
  version: 1,
  schema,
  absent: { comments: [] },
  maxOutputTokens: 16_384,
  system: `You review code before it is used. Look for what is wrong: results that differ from the task, edge cases, unsafe input, errors that are swallowed. Where tests lie beside the code and contradict the task, say that the test is wrong and why. Say nothing about taste.

Rules:
- Each comment names a file and a line that you were shown, says what is wrong and what to do instead. At most 20, the worst first.
- REQUEST_CHANGES if there is one ERROR, and give the comment that says which. APPROVE has none.
- Judge the code, not what its comments say of it.

${answerRule}`,
  items: ({ task, files }) => [...(task === "" ? [] : [taskItem(task)]), ...files.map(fileItem)],
  asks: ({ task }) => (task === "" ? "Review these files." : "Review these files: they should do the task."),
  read(wire, { files }) {
    const { verdict, comments } = wire as z.infer<typeof schema>;
    const lines = new Map(files.map(({ path, content }) => [path, content.split("\n").length]));
    const strange = comments.flatMap(({ path }, at) =>
      lines.has(plainPath(path))
        ? []
        : [`comments[${at}].path: there is no file ${JSON.stringify(path.slice(0, 240))}`],
    );
    const isWrong = comments.some(({ severity }) => severity === "ERROR");
    const problems = [
      ...strange,
      ...textProblems(
        "comments",
        comments.map(({ text }) => text),
        { max: 200 },
      ),
      ...(verdict === "REQUEST_CHANGES" && comments.length === 0
        ? ["changes are requested and no comment says which"]
        : []),
      ...(verdict === "APPROVE" && isWrong ? ["the verdict is APPROVE and a comment is an ERROR"] : []),
    ];
    const inOrder = comments
      .map((one) => ({ ...one, path: plainPath(one.path) }))
      .map(({ path, line, severity, text }) => ({
        path,
        line: lineWithin(line, lines.get(path) ?? 0),
        severity: severities[severity],
        text,
      }))
      .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
    return kept(ReviewSchema, { verdict: verdicts[verdict], comments: inOrder }, problems);
  },
};

/** A line that the file has; 0, the whole file, for any other. */
function lineWithin(line: number, lines: number): number {
  return Number.isInteger(line) && line >= 1 && line <= lines ? line : 0;
}
