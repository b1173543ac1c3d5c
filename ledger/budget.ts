// Machine: what a run may spend, what it has spent, and what is set aside for calls under way.
//
//   free --reserve--> held --settle--> spent (the rest is free again; of an unknown cost nothing is)
//
// It is the fold of the run's log: what is reserved, settled and raised there is all there is, so a run that goes on after
// a crash knows the same as before it.

/** Money in billionths of a US dollar, tokens, and calls of models. */
export interface Amounts {
  readonly nanoUsd: bigint;
  readonly tokens: bigint;
  readonly calls: number;
}

/** What is absent is not limited. */
export type Limits = { readonly [K in keyof Amounts]?: Amounts[K] };

export interface Budget {
  /** In force. */
  readonly limits: Limits;
  /** As the run began: each raise adds them once more. */
  readonly original: Limits;
  readonly spent: Amounts;
  /** By key, oldest first. */
  readonly held: ReadonlyMap<string, Amounts>;
  /** Keys of calls whose end is written down. */
  readonly settled: ReadonlySet<string>;
  /** How many of them have an unknown cost. */
  readonly unknown: number;
}

export type BudgetEvent =
  | ({ readonly kind: "reserve"; readonly key: string } & Amounts)
  | ({ readonly kind: "settle"; readonly key: string; readonly unknown: boolean } & Amounts)
  | { readonly kind: "raise"; readonly limits: Limits };

export const nothing: Amounts = { nanoUsd: 0n, tokens: 0n, calls: 0 };

export function budget(limits: Limits): Budget {
  return { limits, original: limits, spent: nothing, held: new Map(), settled: new Set(), unknown: 0 };
}

/**
 * The budget after the event. It is the same one when the event may not be: a key that was there before, a reservation of
 * more than is free, an end of what was not reserved.
 */
export function apply(before: Budget, event: BudgetEvent): Budget {
  switch (event.kind) {
    case "reserve":
      return reserve(before, event);
    case "settle":
      return settle(before, event);
    case "raise":
      return { ...before, limits: event.limits };
  }
}

function reserve(before: Budget, { key, nanoUsd, tokens, calls }: Extract<BudgetEvent, { kind: "reserve" }>): Budget {
  if (before.held.has(key) || before.settled.has(key)) return before;
  const wanted = { nanoUsd, tokens, calls };
  if (!fits(wanted, free(before))) return before;
  return { ...before, held: new Map(before.held).set(key, wanted) };
}

function settle(before: Budget, { key, unknown, ...stated }: Extract<BudgetEvent, { kind: "settle" }>): Budget {
  const reserved = before.held.get(key);
  if (reserved === undefined) return before;
  const held = new Map(before.held);
  held.delete(key);
  const cost = unknown ? most(reserved, stated) : stated;
  return {
    ...before,
    held,
    spent: sum(before.spent, cost),
    settled: new Set(before.settled).add(key),
    unknown: before.unknown + (unknown ? 1 : 0),
  };
}

/** All that is set aside. */
export function heldIn({ held }: Pick<Budget, "held">): Amounts {
  return [...held.values()].reduce(sum, nothing);
}

/** What is neither spent nor set aside, of each limit there is. */
export function free(budget: Budget): Limits {
  const used = sum(budget.spent, heldIn(budget));
  const { nanoUsd, tokens, calls } = budget.limits;
  return {
    ...(nanoUsd !== undefined && { nanoUsd: atLeastZero(nanoUsd - used.nanoUsd) }),
    ...(tokens !== undefined && { tokens: atLeastZero(tokens - used.tokens) }),
    ...(calls !== undefined && { calls: Math.max(0, calls - used.calls) }),
  };
}

/** The limits after a raise: each one by what it was in the beginning. */
export function raised({ limits, original }: Budget): Limits {
  return {
    ...(limits.nanoUsd !== undefined && { nanoUsd: limits.nanoUsd + (original.nanoUsd ?? 0n) }),
    ...(limits.tokens !== undefined && { tokens: limits.tokens + (original.tokens ?? 0n) }),
    ...(limits.calls !== undefined && { calls: limits.calls + (original.calls ?? 0) }),
  };
}

export function sum(a: Amounts, b: Amounts): Amounts {
  return { nanoUsd: a.nanoUsd + b.nanoUsd, tokens: a.tokens + b.tokens, calls: a.calls + b.calls };
}

/** Of a call that told something of its cost and not all, no less than it told. */
function most(a: Amounts, b: Amounts): Amounts {
  return {
    nanoUsd: a.nanoUsd > b.nanoUsd ? a.nanoUsd : b.nanoUsd,
    tokens: a.tokens > b.tokens ? a.tokens : b.tokens,
    calls: Math.max(a.calls, b.calls),
  };
}

function fits(wanted: Amounts, room: Limits): boolean {
  const { nanoUsd = wanted.nanoUsd, tokens = wanted.tokens, calls = wanted.calls } = room;
  return wanted.nanoUsd <= nanoUsd && wanted.tokens <= tokens && wanted.calls <= calls;
}

const atLeastZero = (value: bigint) => (value > 0n ? value : 0n);
