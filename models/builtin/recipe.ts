// What a recipe is: a small programming task that can be done, explained and tested without a model.

/** One value a task may give, such as the 20 in "the first 20 primes". */
export type Param =
  | {
      readonly kind: "integer";
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly says: string;
    }
  | { readonly kind: "integers"; readonly default: readonly number[]; readonly max: number; readonly says: string }
  | { readonly kind: "numbers"; readonly default: readonly number[]; readonly max: number; readonly says: string }
  | { readonly kind: "words"; readonly default: readonly string[]; readonly max: number; readonly says: string }
  | { readonly kind: "text"; readonly default: string; readonly maxLength: number; readonly says: string }
  | { readonly kind: "dates"; readonly default: readonly string[]; readonly max: number; readonly says: string }
  | {
      readonly kind: "choice";
      readonly default: string;
      /** Each choice with the words that ask for it, English and Korean. */
      readonly choices: Readonly<Record<string, readonly string[]>>;
      readonly says: string;
    };

export type Params = Readonly<Record<string, Param>>;

/** The values of a task's parameters. */
export type Values<P extends Params> = {
  readonly [K in keyof P]: P[K] extends { default: infer D }
    ? D extends number
      ? number
      : D extends string
        ? string
        : D extends readonly number[]
          ? readonly number[]
          : readonly string[]
    : never;
};

/** A test from outside: what goes in, and all that must come out. */
export interface RecipeCase {
  readonly name: string;
  readonly stdin: string;
  readonly stdout: string;
  /** 0 when absent; 1 where bad input must be refused. */
  readonly exitCode?: number;
}

export interface Recipe<P extends Params = Params> {
  /** Kebab-case; also the name of the program: `<id>.mjs`. */
  readonly id: string;
  /** One English sentence that begins with a verb, such as "Print the first numbers of the Fibonacci sequence". */
  readonly title: string;
  readonly match: {
    /** Every group must be met by one of its words or phrases; English in lower-case base form, and Korean stems. */
    readonly needs: readonly (readonly string[])[];
    /** Other ways to say it without its name: words that must all stand in a task, as in "shift|move + letter + encrypt|message". */
    readonly means?: readonly string[];
    /** Further words that belong to the topic and may stand in a task, English and Korean. */
    readonly knows: readonly string[];
    /** Words that show that something else is meant. */
    readonly not?: readonly string[];
  };
  readonly params: P;
  /** What will be built, in one sentence, with the values. */
  summary(values: Values<P>): string;
  /** What research tells the coder: true statements about the task, its algorithm and its traps. */
  readonly facts: readonly { readonly claim: string; readonly confidence: number }[];
  /** How one will know that it works. */
  readonly criteria: readonly string[];
  /** What may go wrong. */
  readonly risks: readonly string[];
  /** The whole program, `<id>.mjs`. */
  code(values: Values<P>): string;
  /** Independent tests: expected output is data or comes from another method than the program's. */
  cases(values: Values<P>): readonly RecipeCase[];
}

/** Gives a recipe its exact type. */
export function recipe<const P extends Params>(value: Recipe<P>): Recipe<P> {
  return value;
}

/** A value as source text: safe to place into a program, whatever the task said. */
export function literal(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u2028\u2029<]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
