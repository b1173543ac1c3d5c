// Who sits out for being worse than the others, and who is back: it tells, and sweeps as long as there is a reason to.
import type { Happening } from "../happening.ts";
import { isIdle, Outliers, type Suspect } from "../outliers/outliers.ts";
import type { Endpoint, Seat } from "./endpoint.ts";
import type { PoolSetting } from "./options.ts";
import type { Roster } from "./roster.ts";

export class Bench {
  readonly #setting: PoolSetting;
  readonly #roster: Roster;
  readonly #tell: (happening: Happening) => void;
  readonly #outliers: Outliers | undefined;
  #callOff: (() => void) | undefined;
  #isStopped = false;
  ejections = 0;

  constructor(setting: PoolSetting, roster: Roster, tell: (happening: Happening) => void) {
    this.#setting = setting;
    this.#roster = roster;
    this.#tell = tell;
    this.#outliers = setting.ejection ? new Outliers(setting.ejection) : undefined;
  }

  /** Ejected or ill; one whose time is over is back with this question. */
  isOut(endpoint: Endpoint, now: number): boolean {
    if (!endpoint.isHealthy) return true;
    if (!endpoint.isEjected) return false;
    if (now < endpoint.suspect.standing.until) return true;
    endpoint.isEjected = false;
    endpoint.forgetLatencies();
    this.#tell({ kind: "returned", endpoint: endpoint.url });
    return false;
  }

  ended({ branch: { endpoint } }: Seat, isFailure: boolean, now: number): void {
    const all = this.#roster.suspects;
    if (this.#outliers === undefined || all.length < 2 || this.#isStopped) return;
    this.#callOff ??= this.#setting.clock.every(this.#outliers.intervalMs, () => this.#sweep());
    if (this.#outliers.ended(endpoint.suspect, isFailure, all, now)) this.#ejected(endpoint, "failures", now);
  }

  took({ pace, lane, branch: { endpoint } }: Seat, ms: number, now: number): void {
    const all = this.#roster.suspects;
    if (this.#outliers === undefined || all.length < 2) return;
    if (this.#outliers.took(pace, ms, lane.paces, all, now)) this.#ejected(endpoint, "slow", now);
  }

  /** For good. */
  stop(): void {
    this.#isStopped = true;
    this.#pause();
  }

  #pause(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #sweep(): void {
    const now = this.#setting.clock.now();
    const all = this.#roster.suspects;
    const out = new Set<Suspect>(this.#outliers?.sweep(all, now));
    for (const endpoint of this.#roster.endpoints.values()) {
      if (out.has(endpoint.suspect)) this.#ejected(endpoint, "failures", now);
      else if (endpoint.isEjected) this.isOut(endpoint, now);
    }
    if (all.every(isIdle)) this.#pause();
  }

  #ejected(endpoint: Endpoint, why: "failures" | "slow", now: number): void {
    this.ejections++;
    endpoint.isEjected = true;
    this.#tell({ kind: "ejected", endpoint: endpoint.url, why, restMs: endpoint.suspect.standing.until - now });
  }
}
