// How long to wait before a process that died is started again: longer each time, anew after a good while up.

export interface Backoff {
  /** Deaths in a row. */
  readonly deaths: number;
}

export const freshBackoff: Backoff = { deaths: 0 };
const firstMs = 200;
/** A step keeps asking for its agent for about 15 s (durable/flow.ts): a run outlives a restart only while this is well below. */
const maxMs = 3_000;
/** A process that was up this long was well. */
const wellMs = 5_000;

/** After a death that followed `upMs` of life. */
export function backoffAfter({ deaths }: Backoff, upMs: number): { waitMs: number; next: Backoff } {
  const before = upMs >= wellMs ? 0 : deaths;
  return { waitMs: Math.min(maxMs, firstMs * 2 ** before), next: { deaths: before + 1 } };
}
