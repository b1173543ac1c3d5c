// The prompt of a plan: it fixes the program's interface, so that code and tests can be written apart from each other.
import { z } from "zod";
import { type Plan, PlanSchema } from "#gen/synapse/v1/agent_pb.ts";
import type { PlanRequest } from "#gen/synapse/v1/claude_pb.ts";
import { contextItems, taskItem } from "./item.ts";
import type { Prompt } from "./prompt.ts";
import { kept, textProblems } from "./read.ts";
import { answerRule, world } from "./world.ts";

const schema = z.object({
  summary: z.string().describe("One sentence: what will be built."),
  steps: z
    .array(z.string())
    .describe('What to do, in order. The first step begins with "Interface: " and fixes how the program is used.'),
  successCriteria: z.array(z.string()).describe("How one will know that it works; each can be checked from outside."),
  risks: z.array(z.string()).describe("What may go wrong."),
  questions: z.array(z.string()).describe("What must be found out before the code is written; usually none."),
});

export const plan: Prompt<PlanRequest, Plan> = {
  name: "plan",
  version: 1,
  schema,
  absent: { risks: [], questions: [] },
  maxOutputTokens: 16_384,
  system: `You plan small, exact pieces of software. From your plan alone one person writes the program and another, who never sees the program, writes its tests. Both must come to the same interface.

${world}

Rules:
- The first step begins with "Interface: " and names the way of testing, the program's file, its exact command, what it reads from standard input and in which form, what it prints and in which form (separators, order, number of digits, end of line), and what happens on empty and on bad input: a message on standard error, nothing on standard output, exit code 1, unless the task says otherwise.
- Where the task leaves something open, decide the simplest and say so in the interface.
- Success criteria are facts one can check from outside. Give exact examples of input and output where you are sure of them.
- At most 8 steps, 10 criteria, 5 risks. Ask a question only if the code would be wrong without its answer; at most 5.
- If the context shows a repository, plan changes to it; the interface is then what the change must make true, and the repository's own tests decide.

${answerRule}`,
  items: ({ task, context }) => [taskItem(task), ...contextItems(context)],
  asks: () => "Plan the task.",
  read(wire) {
    const { summary, steps, successCriteria, risks, questions } = wire as z.infer<typeof schema>;
    const problems = [
      ...textProblems("summary", [summary]).map((problem) => problem.replace("summary[0]", "summary")),
      ...(steps.length === 0 ? ["steps is empty"] : textProblems("steps", steps)),
      ...(successCriteria.length === 0
        ? ["successCriteria is empty: tests are written from it"]
        : textProblems("successCriteria", successCriteria)),
      ...textProblems("risks", risks),
      ...textProblems("questions", questions, { max: 50 }),
    ];
    return kept(PlanSchema, { summary, steps, successCriteria, risks, questions }, problems);
  },
};
