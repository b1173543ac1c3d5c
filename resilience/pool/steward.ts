// What makes up a pool, put together: who there is, how they are, who is picked, and who is told.
import type { DescMethod } from "@bufbuild/protobuf";
import type { ContextValues } from "@connectrpc/connect";
import { ConnectError, Reason } from "#core/failure.ts";
import { type Circuit, circuit } from "../breaker/circuit.ts";
import { type Attempt, attemptKey, listenerKey } from "../call/call.ts";
import { isHedge } from "../call/hedged.ts";
import { placeKey } from "../call/place.ts";
import type { Happening } from "../happening.ts";
import { Bench } from "./bench.ts";
import { type Directory, directory } from "./directory.ts";
import type { Branch, Seat } from "./endpoint.ts";
import { Flight, type Ground } from "./flight.ts";
import { type HealthLoop, healthLoop } from "./health-loop.ts";
import { choiceOf, type PoolSetting } from "./options.ts";
import { Picker, type Wish } from "./picker.ts";
import { noneOf, refused } from "./refusal.ts";
import { resolveDefaults } from "./resolve.ts";
import { Roster } from "./roster.ts";

/** An attempt that has an endpoint. */
export interface Boarded {
  readonly flight: Flight;
  readonly seat: Seat;
}

export class Steward {
  readonly #setting: PoolSetting;
  readonly #ground: Ground;
  readonly #picker: Picker;
  readonly #health: HealthLoop | undefined;
  readonly #panicking = new Set<string>();
  readonly roster: Roster;
  readonly bench: Bench;
  readonly directory: Directory;
  isClosed = false;

  constructor(setting: PoolSetting) {
    const { strategy, panicThreshold, rng, health, clock, lookup, lookupEveryMs } = setting;
    this.#setting = setting;
    this.roster = new Roster(setting, (branch) => this.#circuit(branch));
    this.bench = new Bench(setting, this.roster, this.#tell);
    this.#ground = {
      setting,
      bench: this.bench,
      listening: undefined,
      lastErrors: new WeakMap(),
      losses: new WeakSet(),
    };
    this.#picker = new Picker({
      choose: choiceOf(strategy),
      panicThreshold,
      isOut: (endpoint, now) => this.bench.isOut(endpoint, now),
      onAvailability: this.#panicked,
      rng,
    });
    this.#health = health && healthLoop({ ...health, clock, rng, onChange: this.#healthChanged, onPass: this.#passed });
    const resolving = lookup && { ...resolveDefaults, lookup, everyMs: lookupEveryMs, clock };
    this.directory = directory(setting.named, resolving, () => this.#update());
    this.#update();
  }

  get isPanicking(): boolean {
    return this.#panicking.size > 0;
  }

  /** An endpoint for an attempt; throws when there is none. */
  board(
    method: DescMethod,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    values: ContextValues | undefined,
  ): Boarded {
    const { agent, clock } = this.#setting;
    if (this.isClosed) throw refused(Reason.NO_ENDPOINT, `the pool of ${agent} is closed`, agent);
    const attempt = values?.get(attemptKey);
    const place = values?.get(placeKey);
    const now = clock.now();
    const { seats } = this.roster.lane(method, now);
    this.#ground.listening = values;
    const wish = wishOf(attempt, place?.prefer);
    const picked = this.#picker.pick(seats, wish, now);
    if (picked === undefined) {
      this.#ground.listening = undefined;
      if (wish.isHedge)
        throw refused(Reason.NO_ENDPOINT, `${agent} has no other endpoint to ask at the same time`, agent);
      throw this.#none(seats, values, now);
    }
    const { url } = picked.seat.branch.endpoint;
    if (attempt) attempt.endpoint = url;
    if (place) place.went = url;
    if (attempt && attempt.call.failed.length > 0) this.#failedOver(method, attempt, url);
    this.#ground.listening = undefined;
    return { flight: new Flight(this.#ground, picked, attempt, values, signal, timeoutMs, now), seat: picked.seat };
  }

  stop(): void {
    this.isClosed = true;
    this.directory.close();
    this.#health?.stop();
    this.bench.stop();
  }

  #update(): void {
    const before = this.roster.endpoints;
    this.roster.update(this.directory.specs(), this.#setting.clock.now());
    for (const url of before.keys()) if (!this.roster.endpoints.has(url)) this.#health?.forget(url);
    for (const url of this.roster.endpoints.keys()) this.#health?.watch(url);
  }

  #none(seats: readonly Seat[], values: ContextValues | undefined, now: number): ConnectError {
    const listener = values?.get(listenerKey);
    // Who is refused is told what has opened the circuits, once.
    for (const { branch } of seats) {
      const { circuit, lastChange } = branch;
      if (circuit === undefined || lastChange === undefined || circuit.kind !== "open") continue;
      circuit.admit();
      if (listener === undefined || branch.told.has(listener)) continue;
      branch.told.add(listener);
      listener(changeOf(branch, { ...lastChange, restMs: circuit.restMs }));
    }
    return noneOf(seats, this.#setting.agent, now, this.directory.lastError(), this.#health?.leastRestMs);
  }

  #failedOver(method: DescMethod, attempt: Attempt, to: string): void {
    const last = attempt.call.failed.at(-1)!;
    if (last.endpoint === "" || last.endpoint === to) return;
    const known = this.#ground.lastErrors.get(attempt.call);
    const error = known ?? new ConnectError(`the attempt before failed with ${last.code}`);
    this.#tell({ kind: "failover", method, from: last.endpoint, to, error });
  }

  #circuit(branch: Branch): Circuit | undefined {
    const { breaker } = this.#setting;
    if (!breaker) return undefined;
    return circuit({
      ...breaker,
      onChange: (change) => {
        branch.lastChange = change;
        const listener = this.#ground.listening?.get(listenerKey);
        branch.told = new WeakSet(listener && [listener]);
        // A probe is to show how it is now.
        if (change.to === "half-open") branch.forgetLatencies();
        breaker.onChange?.(change);
        this.#tell(changeOf(branch, change));
      },
    });
  }

  readonly #tell = (happening: Happening): void => {
    this.#setting.observe?.(happening);
    this.#ground.listening?.get(listenerKey)?.(happening);
  };

  readonly #panicked = (isPanic: boolean, seats: readonly Seat[]): void => {
    if (!isPanic && this.#panicking.size === 0) return;
    const service = seats[0]?.branch.service.typeName ?? "";
    const was = this.#panicking.size > 0;
    if (isPanic) this.#panicking.add(service);
    else this.#panicking.delete(service);
    const is = this.#panicking.size > 0;
    if (is !== was) this.#tell({ kind: "panic", on: is });
  };

  readonly #healthChanged = (url: string, kind: "passing" | "failing"): void => {
    const endpoint = this.roster.endpoints.get(url);
    if (endpoint === undefined) return;
    endpoint.isHealthy = kind === "passing";
    if (endpoint.isHealthy) this.#tell({ kind: "returned", endpoint: url });
    else this.#tell({ kind: "ejected", endpoint: url, why: "health", restMs: this.#health!.leastRestMs });
  };

  /** Whether another endpoint takes the service's calls. */
  #isServed({ service, endpoint: own }: Branch): boolean {
    const now = this.#setting.clock.now();
    return [...this.roster.endpoints.values()].some((other) => {
      if (other === own || other.isDraining || !other.isHealthy) return false;
      return other.branches.get(service, now)?.circuit?.kind === "closed";
    });
  }

  readonly #passed = (url: string): void => {
    for (const branch of this.roster.endpoints.get(url)?.branches.values() ?? []) {
      branch.circuit?.mayProbe(!this.#isServed(branch));
      // A probe that is still out says nothing any more.
      if (branch.circuit?.kind === "closed") branch.probesUntil = Number.NEGATIVE_INFINITY;
    }
  };
}

function wishOf(attempt: Attempt | undefined, prefer: string | undefined): Wish {
  if (attempt === undefined) return prefer === undefined ? anywhere : { ...anywhere, prefer };
  const { avoid, number } = attempt;
  if (number === 1 && avoid.length === 0 && prefer === undefined) return anywhere;
  return { avoid, isHedge: isHedge(attempt), isFirst: number === 1 && avoid.length === 0, prefer };
}

const anywhere: Wish = { avoid: [], isHedge: false, isFirst: true, prefer: undefined };

const changeOf = ({ endpoint, service }: Branch, change: NonNullable<Branch["lastChange"]>): Happening => ({
  kind: "breaker-changed",
  endpoint: endpoint.url,
  service: service.typeName,
  ...change,
});
