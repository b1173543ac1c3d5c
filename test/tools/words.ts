// Plugin of Stryker's: no mutants in the words of a Problem, which may be said differently; that there is one, and its path,
// stay in.

/** What is used of Babel's paths. */
interface NodePath {
  readonly key: string | number | null;
  readonly listKey?: string;
  readonly parent?: { readonly type: string; readonly callee?: { readonly name?: string } };
}

/** The message is the third argument of `must`. */
const isMessage = ({ key, listKey, parent }: NodePath) =>
  listKey === "arguments" && key === 2 && parent?.type === "CallExpression" && parent.callee?.name === "must";

export const strykerPlugins = [
  {
    kind: "Ignore",
    name: "words",
    value: { shouldIgnore: (path: NodePath) => (isMessage(path) ? "words for people" : undefined) },
  },
];
