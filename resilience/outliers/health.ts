// Active health: an endpoint whose checks fail in a row is out, and back after as many that pass in a row.
//
//   passing -- failLimit fails in a row --> failing -- passLimit passes in a row --> passing

export interface HealthLimits {
  /** How many failures in a row put an endpoint out. */
  failLimit: number;
  /** How many passes in a row bring it back. */
  passLimit: number;
}

export type Health =
  | { readonly kind: "passing"; readonly fails: number }
  | { readonly kind: "failing"; readonly passes: number };

/** Before the first check: calls find out soon enough. */
export const presumed: Health = { kind: "passing", fails: 0 };

/** After a check. */
export function checked(health: Health, hasPassed: boolean, { failLimit, passLimit }: HealthLimits): Health {
  if (health.kind === "passing") {
    const fails = hasPassed ? 0 : health.fails + 1;
    return fails >= failLimit ? { kind: "failing", passes: 0 } : { kind: "passing", fails };
  }
  const passes = hasPassed ? health.passes + 1 : 0;
  return passes >= passLimit ? presumed : { kind: "failing", passes };
}
