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

/** Most characters between braces or brackets, those within others counted again; and most of either. */
const maxWithin = 20_000_000;
const maxOpened = 4000;

/** Whether the parser would take long: it looks for the end of each brace and bracket as far as the text goes. */
export function isSlow(text: string): boolean {
  let open = 0;
  let opened = 0;
  let within = 0;
  for (const next of text) {
    if (next === "{" || next === "[") {
      open++;
      opened++;
    } else if (next === "}" || next === "]") {
      open = Math.max(open - 1, 0);
    }
    within += open;
  }
  return within > maxWithin || opened > maxOpened;
}
