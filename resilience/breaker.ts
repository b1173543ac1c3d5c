// (being written) The circuit breaker's states.
export type BreakerKind = "closed" | "open" | "half-open" | "forced-open" | "disabled";
