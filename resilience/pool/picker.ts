// Which endpoint an attempt goes to: of those that take calls, by a strategy; a circuit that has rested gets its probe first.
import type { Rng } from "#core/rng.ts";
import type { Choose } from "../balance/candidate.ts";
import type { Admission } from "../breaker/circuit.ts";
import { type Availability, isPanic } from "../outliers/panic.ts";
import type { Branch, Endpoint, Seat } from "./endpoint.ts";

/** What an attempt asks for. */
export interface Wish {
  /** Not these when there are others. */
  readonly avoid: readonly string[];
  /** These not at all: it runs beside an attempt there. */
  readonly isHedge: boolean;
  /** Whether it may be a circuit's probe: what has failed before should rather succeed. */
  readonly isFirst: boolean;
  /** This one, unless it is draining or to be avoided: what is there is nowhere else. */
  readonly prefer: string | undefined;
}

export interface Picked {
  readonly seat: Seat;
  /** Undefined where breakers are off, or are passed by. */
  readonly admission: (Admission & { readonly admitted: true }) | undefined;
}

export interface PickerParts {
  choose: Choose;
  panicThreshold: number;
  /** Whether the endpoint is ejected, or ill. */
  isOut: (endpoint: Endpoint, now: number) => boolean;
  onAvailability: (isPanic: boolean, seats: readonly Seat[]) => void;
  rng: Rng;
}

export class Picker {
  readonly #parts: PickerParts;
  // Kept from pick to pick: picks are many, and one is over before the next begins.
  readonly #fit: Seat[] = [];
  readonly #tried: Seat[] = [];
  readonly #out: Seat[] = [];
  readonly #resting: Seat[] = [];

  constructor(parts: PickerParts) {
    this.#parts = parts;
  }

  /** Undefined when there is none. */
  pick(seats: readonly Seat[], wish: Wish, now: number): Picked | undefined {
    const counts = this.#sort(seats, wish, now);
    const isPanicking = isPanic(counts, this.#parts.panicThreshold);
    this.#parts.onAvailability(isPanicking, seats);
    const owner = wish.prefer === undefined ? undefined : this.#owner(seats, wish);
    if (owner) return owner;
    const fit = this.#fit;
    if (isPanicking) for (const seat of this.#out) (isAvoided(seat, wish) ? this.#tried : fit).push(seat);
    const probe = wish.isFirst && this.#resting.length > 0 ? this.#probe(isPanicking, now) : undefined;
    if (probe) return probe;
    if (fit.length > 0) return this.#choose(fit, now);
    if (wish.isHedge) return undefined;
    if (this.#tried.length > 0) return this.#choose(this.#tried, now);
    // Worse than an ejected endpoint is none.
    return this.#probe(true, now) ?? (this.#out.length > 0 ? this.#choose(this.#out, now) : undefined);
  }

  #sort(seats: readonly Seat[], wish: Wish, now: number): Availability {
    this.#fit.length = this.#tried.length = this.#out.length = this.#resting.length = 0;
    let total = 0;
    let available = 0;
    let ejected = 0;
    for (const seat of seats) {
      const { branch } = seat;
      if (branch.endpoint.isDraining) continue;
      total++;
      const isOut = this.#parts.isOut(branch.endpoint, now);
      const isClosed = takesCalls(branch);
      if (isOut) ejected++;
      else if (isClosed) available++;
      if (now < branch.cooledUntil) continue;
      if (!isClosed) this.#resting.push(seat);
      else if (isOut) this.#out.push(seat);
      else (isAvoided(seat, wish) ? this.#tried : this.#fit).push(seat);
    }
    return { total, available, ejected };
  }

  /** The first whose circuit takes a probe now. */
  #probe(withEjected: boolean, now: number): Picked | undefined {
    for (const seat of this.#resting) {
      const { circuit, endpoint, probesUntil } = seat.branch;
      if (circuit === undefined || now < probesUntil || circuit.restMs > 0) continue;
      if (!withEjected && this.#parts.isOut(endpoint, now)) continue;
      const admission = circuit.admit();
      if (admission.admitted) return { seat, admission };
    }
    return undefined;
  }

  /** Where a broken stream is kept. An ejection or an open circuit is no reason to make it anew elsewhere. */
  #owner(seats: readonly Seat[], wish: Wish): Picked | undefined {
    const seat = seats.find(({ branch }) => branch.endpoint.url === wish.prefer);
    if (seat === undefined || seat.branch.endpoint.isDraining || isAvoided(seat, wish)) return undefined;
    return admitted(seat);
  }

  #choose(seats: readonly Seat[], now: number): Picked {
    return admitted(seats[this.#parts.choose(seats, this.#parts.rng, now)]!);
  }
}

/** Without an admission the call's end is no evidence. */
function admitted(seat: Seat): Picked {
  const admission = seat.branch.circuit?.admit();
  return { seat, admission: admission?.admitted ? admission : undefined };
}

function takesCalls({ circuit }: Branch): boolean {
  if (circuit === undefined) return true;
  const { kind } = circuit;
  return kind === "closed" || kind === "disabled";
}

const isAvoided = ({ branch }: Seat, { avoid }: Wish) => avoid.length > 0 && avoid.includes(branch.endpoint.url);
