// How much of a command is read before it is refused, so that no line takes long to judge.

/** How much may still be read; shared by all lines within one. */
export interface Budget {
  /** Levels of nesting. */
  depth: number;
  /** Commands, words and redirections. */
  items: number;
}

/** Thrown when a line exceeds its budget; says how. */
export class TooMuch extends Error {}

/** Goes one level further in. */
export function deeper<T>(budget: Budget, read: () => T): T {
  if (budget.depth <= 0) throw new TooMuch("it is nested too deeply");
  budget.depth--;
  const value = read();
  budget.depth++;
  return value;
}

/** Pays for one thing read. */
export function spend(budget: Budget): void {
  if (budget.items <= 0) throw new TooMuch("it is too long");
  budget.items--;
}
