// A script that plays the model for whole runs: it plans, writes code and tests and reviews, for tasks it was given.
import type { Answer, ProviderRequest, Script } from "./script.ts";

export interface Job {
  /** Words that stand in the task. */
  task: string;
  plan?: Partial<Plan>;
  findings?: readonly Finding[];
  /** Code by path, wrong attempts first: the next is given when the prompt shows the one before it. */
  attempts: readonly Readonly<Record<string, string>>[];
  argv: readonly string[];
  notes?: string;
  /** Files of a repository that must be shown before there is code. */
  wanted?: readonly string[];
  deleted?: readonly string[];
  cases?: readonly { name: string; stdin: string; stdout: string; exitCode?: number }[];
  testFiles?: Readonly<Record<string, string>>;
  /** How many tests the files hold. */
  count?: number;
  review?: { verdict: "APPROVE" | "REQUEST_CHANGES" | "UNABLE"; comments: readonly Comment[] };
  /** Beside what is said: thoughts, usage, delays. */
  answer?: Answer;
}

interface Plan {
  summary: string;
  steps: readonly string[];
  successCriteria: readonly string[];
  risks: readonly string[];
  questions: readonly string[];
}

interface Finding {
  claim: string;
  ground: "GIVEN_FILE" | "FETCHED_URL" | "MODEL_MEMORY";
  source: string;
  confidence: number;
}

interface Comment {
  path: string;
  line: number;
  severity: "INFO" | "WARNING" | "ERROR";
  text: string;
}

export const works = ["plan", "research", "code", "tests", "review", "analysis"] as const;
export type Work = (typeof works)[number];

/** A field that only this work's schema has, for dialects that do not tell a schema's name. */
const marks: Readonly<Record<Work, string>> = {
  plan: "successCriteria",
  research: "findings",
  code: "argv",
  tests: "cases",
  review: "verdict",
  analysis: "summary",
};

/** Refuses what it was given no job for. It keeps nothing: the same prompt has the same answer. */
export function coder(jobs: readonly Job[]): Script {
  return (request) => {
    const job = jobs.find(({ task }) => request.prompt.includes(task));
    const work = workOf(request);
    if (job === undefined || work === undefined) return { stop: "refusal", text: "No job was given for this." };
    return { ...job.answer, json: answers[work](job, request.prompt) };
  };
}

/** What is asked for: by the schema's name, by its fields, or by a schema that stands in the prompt itself. */
export function workOf({ schema, schemaName, system, prompt }: ProviderRequest): Work | undefined {
  const named = works.find((work) => work === schemaName);
  if (named !== undefined) return named;
  const text = schema ? Object.keys(schema.properties ?? {}).map((name) => `"${name}"`) : [system, prompt];
  return works.find((work) => text.some((part) => part.includes(`"${marks[work]}"`)));
}

const answers: Readonly<Record<Work, (job: Job, prompt: string) => object>> = {
  plan: ({ task, plan, argv, cases = [] }) => ({
    summary: `A program for: ${task}.`,
    steps: [`Interface: ${argv.join(" ")}, tested by cases.`, "Write it.", "Run it."],
    successCriteria: cases.length > 0 ? cases.map(({ name }) => name) : ["Its tests pass."],
    risks: [],
    questions: [],
    ...plan,
  }),
  research: ({ findings = [] }) => ({ findings }),
  code(job, prompt) {
    const { argv, notes = "Run it as the plan says.", wanted = [], deleted = [] } = job;
    const unseen = wanted.filter((path) => !prompt.includes(`file ${JSON.stringify(path)}`));
    if (unseen.length > 0) return { files: [], argv, notes: "", wanted: unseen, deleted: [] };
    return { files: filesOf(nextAttempt(job, prompt)), argv, notes, wanted: [], deleted };
  },
  tests: ({ cases = [], testFiles = {}, count = 0 }) => ({
    cases: cases.map((one) => ({ exitCode: 0, ...one })),
    files: filesOf(testFiles),
    count,
  }),
  review: ({ review = { verdict: "APPROVE", comments: [] } }) => review,
  analysis: ({ task }) => ({ summary: `Files for: ${task}.` }),
};

const filesOf = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([path, content]) => ({ path, content }));

/** The one after the last that the prompt shows, told by the longest line that it alone has; the last for ever. */
function nextAttempt({ attempts }: Job, prompt: string): Readonly<Record<string, string>> {
  const lines = attempts.map((files) => Object.values(files).join("\n").split("\n"));
  const shown = attempts.findLastIndex((_, at) => {
    const others = new Set(lines.toSpliced(at, 1).flat());
    const own = lines[at]!.filter((line) => !others.has(line)).sort((a, b) => b.length - a.length);
    return own[0] !== undefined && prompt.includes(own[0]);
  });
  return attempts[Math.min(shown + 1, attempts.length - 1)] ?? {};
}
