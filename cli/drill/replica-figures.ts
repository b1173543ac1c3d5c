// What a run says of one of its replicas: its share of the attempts, its breaker, when it was noticed to be ill.
import type { Noted } from "./figures.ts";
import type { Attempt } from "./target.ts";

/** The largest share that a replica got of so many attempts in a row; NaN where there are fewer. */
export function peakShare(attempts: readonly Attempt[], replica: number, inARow: number): number {
  let got = 0;
  let peak = Number.NaN;
  for (const [at, { to }] of attempts.entries()) {
    if (to === replica) got++;
    if (attempts[at - inARow]?.to === replica) got--;
    if (at >= inARow - 1) peak = Math.max(got / inARow, peak || 0);
  }
  return peak;
}

/** How long after a moment a replica first got such a share of the attempts of the last `lookMs`; NaN for never. */
export function shareAfterMs(
  attempts: readonly Attempt[],
  replica: number,
  share: number,
  fromMs: number,
  lookMs: number,
): number {
  const late = attempts.filter(({ atMs }) => atMs >= fromMs);
  let first = 0;
  let got = 0;
  for (const [at, { atMs, to }] of late.entries()) {
    if (to === replica) got++;
    while (atMs - late[first]!.atMs >= lookMs) if (late[first++]!.to === replica) got--;
    if (atMs - fromMs >= lookMs && got >= share * (at - first + 1)) return atMs - fromMs;
  }
  return Number.NaN;
}

/** What a replica's breaker became, in order. */
export function breakerChanges({ happenings, urls }: Pick<Noted, "happenings" | "urls">, replica: number) {
  return happenings.flatMap(({ atMs, happening }) =>
    happening.kind === "breaker-changed" && happening.endpoint === urls[replica] ? [{ ...happening, atMs }] : [],
  );
}

/** How long after a moment a replica was first ejected or its breaker opened; NaN for never. */
export function noticedAfterMs({ happenings, urls }: Noted, replica: number, fromMs: number): number {
  const first = happenings.find(({ atMs, happening }) => {
    if (atMs < fromMs) return false;
    if (happening.kind === "ejected") return happening.endpoint === urls[replica];
    return happening.kind === "breaker-changed" && happening.to === "open" && happening.endpoint === urls[replica];
  });
  return first === undefined ? Number.NaN : first.atMs - fromMs;
}
