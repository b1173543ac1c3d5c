// What the mutation check changes: the pure machines of resilience, by group, each held by the tests beside it alone.

/** Names without their ending: `x` is `resilience/x.ts`, held by `resilience/x.test.ts`; `*` is all of a folder. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  breaker: ["breaker/breaker", "breaker/evidence"],
  backoff: ["retry/backoff", "retry/retry-decision"],
  budget: ["retry/token-bucket", "hedge/hedge-delay"],
  pick: ["balance/*", "outliers/panic", "outliers/cooldown"],
  ejection: ["outliers/ejection", "outliers/outliers"],
  journal: ["resume/journal", "resume/ring", "resume/cursor"],
  limit: ["server/gradient"],
  timeouts: ["time/adaptive-timeout", "time/sample-window"],
};

export const testsOf = (names: readonly string[]) => names.map((name) => `resilience/${name}.test.ts`);

/** A folder's tests are not changed. */
export const codeOf = (names: readonly string[]) => [
  ...names.map((name) => `resilience/${name}.ts`),
  ...testsOf(names.filter((name) => name.endsWith("*"))).map((tests) => `!${tests}`),
];
