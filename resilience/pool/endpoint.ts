// What a pool knows of an endpoint, of each service there, and of each method: its load, its breaker, its latency.
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import type { Candidate } from "../balance/candidate.ts";
import { expectedMs, type Faded, fadedCount, type Latency } from "../balance/peak-ewma.ts";
import type { Circuit, CircuitChange } from "../breaker/circuit.ts";
import type { Happening } from "../happening.ts";
import { type Pace, suspect } from "../outliers/outliers.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { Lane } from "./lane.ts";

/** A transport that holds connections says how they end. */
export type ClosableTransport = Transport & { close?(): Promise<void> | void };

export class Endpoint {
  readonly url: string;
  weight: number;
  readonly #open: (url: string) => ClosableTransport;
  #transport: ClosableTransport | undefined;
  readonly #onIdle: (() => void)[] = [];
  readonly suspect = suspect();
  readonly branches = new BoundedMap<DescService, Branch>({ idleMs: Number.POSITIVE_INFINITY });
  /** Attempts under way. */
  pending = 0;
  picks = 0;
  isDraining = false;
  /** As far as health checks say. */
  isHealthy = true;
  /** Ejected, and not yet seen to be back. */
  isEjected = false;

  constructor(url: string, weight: number, open: (url: string) => ClosableTransport) {
    this.url = url;
    this.weight = weight;
    this.#open = open;
  }

  get transport(): Transport {
    this.#transport ??= this.#open(this.url);
    return this.#transport;
  }

  began(): void {
    this.pending++;
    this.picks++;
  }

  over(): void {
    this.pending--;
    if (this.pending === 0) for (const tell of this.#onIdle.splice(0)) tell();
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return this.pending === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Its connections go; another call would open new ones. */
  async close(): Promise<void> {
    const transport = this.#transport;
    this.#transport = undefined;
    await transport?.close?.();
  }

  /** The latencies of before say nothing about an endpoint that comes back. */
  forgetLatencies(): void {
    for (const branch of this.branches.values()) branch.forgetLatencies();
  }
}

/** One service of an endpoint. */
export class Branch {
  readonly endpoint: Endpoint;
  readonly service: DescService;
  /** Undefined where breakers are off. */
  readonly circuit: Circuit | undefined;
  lastChange: CircuitChange | undefined;
  /** The listeners of calls that have heard of it. */
  told = new WeakSet<(happening: Happening) => void>();
  readonly seats = new Map<DescMethod, Seat>();
  cooledUntil = Number.NEGATIVE_INFINITY;
  /** Until when a probe may be out: the circuit takes no other before. */
  probesUntil = Number.NEGATIVE_INFINITY;

  constructor(endpoint: Endpoint, service: DescService, circuit: (branch: Branch) => Circuit | undefined) {
    this.endpoint = endpoint;
    this.service = service;
    this.circuit = circuit(this);
  }

  forgetLatencies(): void {
    for (const seat of this.seats.values()) seat.latency = seat.failed = undefined;
  }
}

/** One method of an endpoint: what may be picked. Latencies of different methods are no measure of each other. */
export class Seat implements Candidate {
  readonly branch: Branch;
  readonly lane: Lane;
  readonly pace: Pace;
  latency: Latency;
  failed: Faded;
  credit: number | undefined;

  constructor(branch: Branch, lane: Lane, pace: Pace) {
    this.branch = branch;
    this.lane = lane;
    this.pace = pace;
  }

  get pending(): number {
    return this.branch.endpoint.pending;
  }

  get ramp(): number {
    return this.branch.circuit?.weight ?? 1;
  }

  get weight(): number {
    return this.branch.endpoint.weight * this.ramp;
  }

  failures(now: number): number {
    return fadedCount(this.failed, now, this.lane.ewma.penaltyMs);
  }

  latencyMs(now: number): number {
    return expectedMs(this.latency, this.lane.medianMs, now, this.lane.ewma.tauMs);
  }
}
