// Decides, pure, what follows an execution that did not pass: repair, ask the reviewer first, or stop.

export type Next =
  | { readonly kind: "repair"; readonly advice: boolean }
  | { readonly kind: "stop"; readonly why: string };

/** Repairs after the first code. */
export const maxRepairs = 3;

/** Given the signatures of all failures so far, oldest first. The same twice: ask which is wrong, code or test; three times: stop. */
export function afterFailure(signatures: readonly string[], limit = maxRepairs): Next {
  const last = signatures.at(-1);
  const same = signatures.filter((signature) => signature === last).length;
  if (same >= 3) return { kind: "stop", why: "the same failure came back a third time" };
  if (signatures.length > limit) return { kind: "stop", why: `${limit} repairs did not help` };
  return { kind: "repair", advice: same === 2 };
}

/** Paths of tests that the coder wrote to as well: the tests stand, the attempt is told. */
export function tampered(code: readonly { path: string }[], tests: readonly { path: string }[]): string[] {
  const own = new Set(tests.map((file) => file.path));
  return code.map((file) => file.path).filter((path) => own.has(path));
}
