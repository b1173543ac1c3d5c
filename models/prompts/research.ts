// The prompt of research: findings that say what they rest on. A source counts only where it was really at hand.
import { z } from "zod";
import { Ground, type Research, ResearchSchema } from "#gen/synapse/v1/agent_pb.ts";
import type { ResearchRequest } from "#gen/synapse/v1/gemini_pb.ts";
import { fileItem, first, taskItem } from "./item.ts";
import type { Prompt } from "./prompt.ts";
import { kept, textProblems } from "./read.ts";
import { answerRule, planText } from "./world.ts";

const grounds = {
  GIVEN_FILE: Ground.GIVEN_FILE,
  FETCHED_URL: Ground.FETCHED_URL,
  MODEL_MEMORY: Ground.MODEL_MEMORY,
} as const;

const finding = z.object({
  claim: z.string().describe("One fact that the coder can use."),
  ground: z
    .enum(["GIVEN_FILE", "FETCHED_URL", "MODEL_MEMORY"])
    .describe("What it rests on: a given file, a page fetched for this answer, or what you know by yourself."),
  source: z.string().describe("The file's path or the page's address; empty for MODEL_MEMORY."),
  confidence: z.number().describe("From 0, a guess, to 1, certain."),
});
const schema = z.object({ findings: z.array(finding).describe("Most useful first.") });

export const research: Prompt<ResearchRequest, Research> = {
  name: "research",
  version: 1,
  schema,
  maxOutputTokens: 16_384,
  searches: true,
  system: `You find out what a coder must know before writing a program: exact formats, rules of standards, edge cases, traps. You write no code.

Rules:
- Answer the questions first, then what else the coder would get wrong. At most 15 findings, one fact each.
- Say honestly what each finding rests on. A GIVEN_FILE is one of those shown, named by its path. MODEL_MEMORY is fine; a source that you did not really have before you is not. Never invent an address.
- Say how sure you are: 0.5 where it might be otherwise.

${answerRule}`,
  items: ({ task, plan, questions, files }) => [
    taskItem(task),
    ...(plan ? [first("plan", planText(plan))] : []),
    ...listed(questions.length > 0 ? questions : (plan?.questions ?? [])),
    ...files.map(fileItem),
  ],
  asks: () => "Find out what the coder needs to know for the task.",
  read(wire, request, sources) {
    const { findings } = wire as z.infer<typeof schema>;
    const problems = textProblems(
      "findings",
      findings.map(({ claim }) => claim),
    );
    const files = request.files.map(({ path }) => path);
    return kept(ResearchSchema, { findings: findings.map((one) => grounded(one, files, sources)) }, problems);
  },
};

/** A finding with the ground that it really has. */
export function grounded(
  { claim, ground, source, confidence }: z.infer<typeof finding>,
  files: readonly string[],
  sources: readonly string[],
) {
  const isHad =
    (ground === "GIVEN_FILE" && files.includes(source)) || (ground === "FETCHED_URL" && sources.includes(source));
  return {
    claim,
    ground: isHad ? grounds[ground] : Ground.MODEL_MEMORY,
    source: isHad ? source : "",
    confidence: Math.min(Math.max(confidence, 0), 1),
  };
}

function listed(questions: readonly string[]) {
  return questions.length === 0 ? [] : [first("questions", questions.map((one, at) => `${at + 1}. ${one}`).join("\n"))];
}
