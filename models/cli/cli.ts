// What a command line agent is to us: how it is called, and how the lines it writes are read.
import type { Payer } from "#gen/synapse/v1/usage_pb.ts";
import type { Fault } from "../provider-failure.ts";

export { countOf } from "../sdk/dialect.ts";

export type CliName = "claude" | "codex" | "gemini";
export type Json = Readonly<Record<string, unknown>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** One question, as every program can be asked it. */
export interface Question {
  readonly system: string;
  readonly prompt: string;
  /** JSON Schema of the answer. */
  readonly schema: Json;
  /** The program's own choice when absent. */
  readonly model: string | undefined;
  readonly maxOutputTokens: number;
}

/** How the program is started for a question. The prompt is never an argument: those are short, and all may read them. */
export interface Call {
  readonly args: readonly string[];
  /** Beside what it may have of our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Laid into the private folder before it starts. */
  readonly files: Readonly<Record<string, string>>;
  readonly input: string;
}

export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
}

/** Why it has no answer, in the program's own words. */
export interface Trouble {
  /** Where the program says it so that no words need to be read. */
  readonly fault?: Fault | undefined;
  readonly words: string;
  readonly status?: number | undefined;
}

/** All that the lines told so far. */
export interface Told {
  readonly text: string;
  readonly thought: string;
  /** The answer where the program gives it as JSON. */
  readonly value?: unknown;
  readonly tokens: Partial<Tokens>;
  /** The tokens are all of them. */
  readonly isCounted: boolean;
  readonly costUsd?: number | undefined;
  readonly payer?: Payer | undefined;
  readonly modelUsed: string;
  readonly requestId: string;
  readonly trouble?: Trouble | undefined;
  /** When a limit that was hit is lifted, in milliseconds since 1970. */
  readonly resetsAtMs?: number | undefined;
  /** The line that ends an answer has come. */
  readonly isOver: boolean;
  /** What the program does from here on is another request. */
  readonly isEnough?: boolean;
  /** It has begun to work, so that a request may have left. */
  readonly isAtWork: boolean;
}

export const nothingTold: Told = {
  text: "",
  thought: "",
  tokens: {},
  isCounted: false,
  modelUsed: "",
  requestId: "",
  isOver: false,
  isAtWork: false,
};

/** What a line adds; `says` and `thinks` are told to who listens. */
export interface Heard extends Partial<Told> {
  readonly says?: string;
  readonly thinks?: string;
}

export interface Cli {
  readonly name: CliName;
  /** As people call it. */
  readonly title: string;
  readonly install: string;
  /** How a user logs in. */
  readonly login: string;
  /** npm packages it comes in. */
  readonly packages: readonly string[];
  /** Its own environment variables that it may have. */
  readonly variables: readonly string[];
  /** Those of them that hold a key to be billed. */
  readonly keys: readonly string[];
  /** How long it may take to the first word, and from one line to the next. */
  readonly firstByteMs: number;
  readonly stallMs: number;
  call(question: Question, folder: string, env: Environment): Call;
  read(told: Told, line: Json): Heard;
  /** What it says on standard error when it goes on as it must not: it is ended at once. */
  readonly alarm?: RegExp;
  /** The HTTP status, or the fault, where an exit code tells it. */
  readExit?(code: number): Partial<Trouble>;
}

/** Whether it is given a key, so that it bills that and no subscription. */
export const hasKey = ({ keys }: Pick<Cli, "keys">, env: Environment): boolean => keys.some((name) => !!env[name]);

export const objectOf = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Programs take what begins with a slash for a command of theirs. */
export const asPrompt = (prompt: string): string => (/^\s*\//.test(prompt) ? `The task:\n${prompt}` : prompt);
