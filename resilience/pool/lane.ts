// A method's seats at all endpoints there are now, and what its calls usually take there.
import type { DescMethod } from "@bufbuild/protobuf";
import { medianOf, type PeakEwmaOptions } from "../balance/peak-ewma.ts";
import type { Pace } from "../outliers/outliers.ts";
import type { Seat } from "./endpoint.ts";

/** The median is taken anew with so many ends: it moves slowly. */
const medianEvery = 8;

export class Lane {
  readonly method: DescMethod;
  readonly ewma: PeakEwmaOptions;
  /** Of which set of endpoints the seats are. */
  version = -1;
  seats: readonly Seat[] = [];
  paces: readonly Pace[] = [];
  medianMs: number;
  #ends = 0;

  constructor(method: DescMethod, ewma: PeakEwmaOptions) {
    this.method = method;
    this.ewma = ewma;
    this.medianMs = ewma.firstMs;
  }

  seat(seats: readonly Seat[], version: number): void {
    this.seats = seats;
    this.paces = seats.map(({ pace }) => pace);
    this.version = version;
  }

  /** A latency has changed. */
  learned(): void {
    this.#ends++;
    if (this.#ends > 2 * medianEvery && this.#ends % medianEvery !== 0) return;
    // Those that get no calls now are no measure; when that is all of them they are the only one.
    const known = this.seats.filter(({ latency }) => latency !== undefined);
    const fit = known.filter(({ branch: { circuit, endpoint } }) => circuit?.kind !== "open" && !endpoint.isEjected);
    const latencies = (fit.length > 0 ? fit : known).map(({ latency }) => latency!.ms);
    this.medianMs = medianOf(latencies) ?? this.ewma.firstMs;
  }
}
