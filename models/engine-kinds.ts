// The kinds of engine this build has, for `doctor` and for refusals.

export const engineKinds = ["builtin"] as const;
