// What builtin says when it will not do a task: why, what it nearly knows, and how to get an engine that can.
import { type ConnectError, failure, Reason } from "#core/failure.ts";
import type { Recipe } from "./recipe.ts";

/** How each kind of engine is connected; only the kinds a build has are shown. */
const connections: Readonly<Record<string, readonly string[]>> = {
  anthropic: ["export ANTHROPIC_API_KEY=…"],
  google: ["export GEMINI_API_KEY=…"],
  openai: ["export OPENAI_API_KEY=…"],
  compatible: [
    "ollama pull qwen3:4b   # a model on this machine is found by itself, LM Studio's and llama.cpp's too",
    "export SYNAPSE_ENGINE=compatible:MODEL@URL   # any other server that speaks OpenAI's protocol",
  ],
  cli: ["export SYNAPSE_ENGINE=cli:claude   # or cli:codex, cli:gemini: uses the program you are logged in with"],
};

/** The ways out of a refusal, given the kinds of engine this build has. */
export function waysOut({ engines }: { readonly engines: readonly string[] }): string {
  const commands = engines.flatMap((kind) => connections[kind] ?? []);
  return [
    `connect a model with ${commands.length === 1 ? "this" : "one of these"}, check it with \`synapse doctor\`, then \`synapse run\` again:`,
    ...commands.map((command) => `  ${command}`),
    "your own code needs no model: run it with Execute, read it with Analyze, judge it with Review",
  ].join("\n");
}

export interface Refusal {
  /** Why, in a few words that go on after "builtin cannot do this task: ". */
  readonly why: string;
  /** How many recipes there are. */
  readonly count: number;
  /** Recipes that come near, best first. */
  readonly nearest: readonly Recipe[];
}

/** ENGINE_CANNOT, with the reason, the nearest recipes and the ways out. */
export function cannot({ why, count, nearest }: Refusal, engines: readonly string[]): ConnectError {
  const near = nearest.map(({ id, title }) => `  ${id}: ${lower(title)}`);
  return failure(
    Reason.ENGINE_CANNOT,
    [
      `builtin cannot do this task: ${why}`,
      `builtin is no language model; it knows ${count} recipes${near.length > 0 ? ", and these come nearest:" : ", and none comes near"}`,
      ...near,
      waysOut({ engines }),
    ].join("\n"),
  );
}

/** AMBIGUOUS_TASK, with what to say for each recipe that fits. */
export function ambiguous(candidates: readonly Recipe[]): ConnectError {
  return failure(
    Reason.AMBIGUOUS_TASK,
    ["this task fits several recipes; say which is meant:", ...candidates.map(({ title }) => `  ${lower(title)}`)].join(
      "\n",
    ),
  );
}

const lower = (title: string) => title.charAt(0).toLowerCase() + title.slice(1);
