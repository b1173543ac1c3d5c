// Bad configuration: every problem with its path, told at once and where it enters.

export interface Problem {
  /** Such as "retry.maxAttempts". */
  readonly path: string;
  /** Such as "must be a whole number from 2 to 5, got 1". */
  readonly message: string;
}

export class ConfigError extends RangeError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, message }) => `${path} ${message}`).join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Throws when there are problems. */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}

/** A problem when the condition does not hold. */
export function must(holds: boolean, path: string, message: string): Problem[] {
  return holds ? [] : [{ path, message }];
}

/** The same problems below a path. */
export function below(path: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
}

/** Problems of a duration in milliseconds: above 0 and no more than a timer holds. */
export function durationProblems(path: string, ms: number): Problem[] {
  const isFit = typeof ms === "number" && ms > 0 && ms <= 2 ** 31 - 1;
  return must(isFit, path, `must be above 0 and at most 2147483647 ms, got ${ms}`);
}
