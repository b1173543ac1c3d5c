// The endpoints of a pool as they come and go: who leaves keeps its calls, who comes back keeps its past.
import type { DescMethod } from "@bufbuild/protobuf";
import type { Circuit } from "../breaker/circuit.ts";
import { ejectionDefaults } from "../outliers/ejection.ts";
import { pace, type Suspect } from "../outliers/outliers.ts";
import { BoundedMap } from "./bounded-map.ts";
import { Branch, Endpoint, Seat } from "./endpoint.ts";
import { Lane } from "./lane.ts";
import type { PoolSetting } from "./options.ts";
import type { EndpointSpec } from "./resolve.ts";

/** How many endpoints that are gone are remembered. */
const remembered = 1000;

export class Roster {
  readonly #setting: PoolSetting;
  readonly #circuit: (branch: Branch) => Circuit | undefined;
  readonly #gone = new BoundedMap<string, Endpoint>({ max: remembered, idleMs: Number.POSITIVE_INFINITY });
  readonly #lanes = new BoundedMap<DescMethod, Lane>();
  #version = 0;
  #endpoints = new Map<string, Endpoint>();
  /** What is known of those that may be ejected. */
  suspects: readonly Suspect[] = [];

  constructor(setting: PoolSetting, circuit: (branch: Branch) => Circuit | undefined) {
    this.#setting = setting;
    this.#circuit = circuit;
  }

  get endpoints(): ReadonlyMap<string, Endpoint> {
    return this.#endpoints;
  }

  /** Also those that are gone, which may have calls under way. */
  everyone(): Endpoint[] {
    return [...this.#endpoints.values(), ...this.#gone.values()];
  }

  /** From now on these are the endpoints. */
  update(specs: readonly EndpointSpec[], now: number): void {
    const before = this.#endpoints;
    this.#endpoints = new Map();
    for (const { url, weight = 1 } of specs) {
      const endpoint =
        before.get(url) ?? this.#gone.get(url, now) ?? new Endpoint(url, weight, this.#setting.transport);
      if (!before.has(url)) endpoint.isDraining = false;
      if (!before.has(url)) endpoint.isHealthy = true;
      endpoint.weight = weight;
      this.#gone.delete(url);
      this.#endpoints.set(url, endpoint);
    }
    for (const [url, endpoint] of before) {
      if (this.#endpoints.has(url)) continue;
      endpoint.isDraining = true;
      this.#gone.set(url, endpoint, now);
      void endpoint.idle().then(() => (endpoint.isDraining ? endpoint.close() : undefined));
    }
    this.changed();
  }

  /** An endpoint drains, or no longer. */
  changed(): void {
    this.#version++;
    this.suspects = [...this.#endpoints.values()].filter(({ isDraining }) => !isDraining).map(({ suspect }) => suspect);
  }

  lane(method: DescMethod, now: number): Lane {
    let lane = this.#lanes.get(method, now);
    if (lane === undefined) {
      lane = new Lane(method, this.#setting.ewma);
      this.#lanes.set(method, lane, now);
    }
    if (lane.version !== this.#version) {
      const current = lane;
      lane.seat(
        [...this.#endpoints.values()].map((endpoint) => this.#seat(endpoint, current, now)),
        this.#version,
      );
    }
    return lane;
  }

  #seat(endpoint: Endpoint, lane: Lane, now: number): Seat {
    const { method } = lane;
    const branch = endpoint.branches.ensure(
      method.parent,
      now,
      (service) => new Branch(endpoint, service, this.#circuit),
    );
    const known = branch.seats.get(method);
    if (known?.lane === lane) return known;
    const seat = new Seat(branch, lane, pace(endpoint.suspect, this.#setting.ejection || ejectionDefaults));
    branch.seats.set(method, seat);
    return seat;
  }
}
