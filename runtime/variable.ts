// The kinds of variables: what each takes, and the words for an error.

export type Environment = Readonly<Record<string, string | undefined>> & {
  readonly XDG_DATA_HOME?: string | undefined;
  readonly SYNAPSE_ENGINE?: string | undefined;
};

export interface Variable<T> {
  /** What it sets, for `synapse doctor`. */
  readonly says: string;
  /** What is allowed, for the error. */
  readonly allowed: string;
  readonly default: (env: Environment) => T;
  /** undefined when the value is not allowed. */
  readonly parse: (value: string) => T | undefined;
  /** Why the value is not allowed, where there is more to say than what is. */
  readonly wrong?: (value: string) => string | undefined;
  /** Its value is never shown. */
  readonly isSecret?: boolean;
}

export const text = (says: string, fallback: string, allowed = "any text"): Variable<string> => ({
  says,
  allowed,
  default: () => fallback,
  parse: (value) => value,
});

export const port = (says: string, fallback: number): Variable<number> => ({
  says,
  allowed: "a whole number from 0 (any free port) to 65535",
  default: () => fallback,
  parse: (value) => (/^\d{1,5}$/.test(value) && Number(value) <= 65535 ? Number(value) : undefined),
});

export const wholeNumber = (says: string, fallback: number, min: number, max: number): Variable<number> => ({
  says,
  allowed: `a whole number from ${min} to ${max}`,
  default: () => fallback,
  parse: (value) => (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max ? Number(value) : undefined),
});

export const choice = <const T extends string>(says: string, choices: readonly T[]): Variable<T> => ({
  says,
  allowed: choices.join(", "),
  default: () => choices[0]!,
  parse: (value) => choices.find((each) => each === value),
});

export const list = (says: string, allowed: string): Variable<readonly string[]> => ({
  says,
  allowed,
  default: () => [],
  parse: (value) =>
    value
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
});

export const url = (says: string, fallback: string): Variable<string> => ({
  says,
  allowed: "one address such as http://127.0.0.1:5011",
  default: () => fallback,
  parse: (value) =>
    /^https?:\/\/[^/,\s]+\/?$/.test(value) && URL.canParse(value) ? value.replace(/\/$/, "") : undefined,
});
