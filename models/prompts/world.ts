// What all prompts say alike: how answers look, and where programs run and how they are tested.

export const answerRule =
  "Answer with one JSON object of the given shape and nothing around it. Every field is there; what does not apply is an empty string or list.";

/** The executor's world: plan, code and tests must fit together without having seen each other. */
export const world = `How programs run here:
- In a sandbox without network, in a folder that holds only the program's files. Nothing can be installed: only the standard library is there.
- JavaScript on Node 24 (ES modules, files end in .mjs) unless the task asks for another language; Python 3 with its standard library is there too.
- Within 30 seconds, 1 GB of memory and 1 MB of output.
How programs are tested, by one of two ways:
- "cases" (the usual way): the program is started afresh for each case by its fixed command, such as ["node", "main.mjs"]. It gets input on standard input only, never by further arguments, files or environment. Its whole standard output and its exit code are compared with what the case expects; space at the ends of lines and of the text does not count. Standard error is not compared.
- "test files" (only where the task asks for a library, not a program): the command is ["node", "--test"], and test files such as main.test.mjs import the module and use node:test and node:assert/strict.`;

/** A plan as text for the prompts that follow it. */
export function planText(plan: {
  summary: string;
  steps: readonly string[];
  successCriteria: readonly string[];
  risks?: readonly string[];
}): string {
  const list = (title: string, lines: readonly string[] = []) =>
    lines.length === 0 ? [] : [title, ...lines.map((line, at) => `${at + 1}. ${line}`)];
  return [
    plan.summary,
    ...list("Steps:", plan.steps),
    ...list("Success criteria:", plan.successCriteria),
    ...list("Risks:", plan.risks),
  ].join("\n");
}
