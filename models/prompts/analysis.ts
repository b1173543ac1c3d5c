// The prompt of an analysis: the model says what files hold; the facts of each file come from parsing it, not from a model.
import { z } from "zod";
import { type Analysis, AnalysisSchema } from "#gen/synapse/v1/agent_pb.ts";
import type { AnalyzeRequest } from "#gen/synapse/v1/gemini_pb.ts";
import { fileItem, taskItem } from "./item.ts";
import type { Prompt } from "./prompt.ts";
import { kept, textProblems } from "./read.ts";
import { answerRule } from "./world.ts";

const schema = z.object({
  summary: z.string().describe("What the files hold and how they work together, and the answer to the question."),
});

export const analysis: Prompt<AnalyzeRequest, Analysis> = {
  name: "analysis",
  version: 1,
  schema,
  maxOutputTokens: 8192,
  system: `You read code and say what it is. Begin with the answer to the question, if there is one; then what the files hold and how they work together, in a few plain sentences. Name files, functions and lines. Say what you can't know from what you were shown.

${answerRule}`,
  items: ({ files, question }) => [...(question === "" ? [] : [taskItem(question)]), ...files.map(fileItem)],
  asks: ({ question }) =>
    question === "" ? "Say what these files hold." : "The task is to answer the user's question about these files.",
  read(wire) {
    const { summary } = wire as z.infer<typeof schema>;
    const problems = textProblems("summary", [summary], { maxBytes: 65_536 });
    return kept(AnalysisSchema, { summary }, problems);
  },
};
