// The kinds of engine this build has, for `doctor` and for refusals.

export const engineKinds = ["builtin", "anthropic", "google", "openai", "compatible", "cli"] as const;
