// What a scenario is: how many replicas under which load, what is done to them, and what must be true of it afterwards.
import type { Clock } from "#core/clock.ts";
import type { Rng } from "#core/rng.ts";
import { connectionsDefaults } from "#rpc/client/connections.ts";
import type { Script } from "#simulator/script.ts";
import type { Check } from "./checks.ts";
import type { Noted } from "./figures.ts";
import type { ReplicaSettings } from "./replica-settings.ts";
import type { Replica } from "./replicas.ts";
import type { Heard } from "./streams.ts";
import type { Target } from "./target.ts";

/** The deadline of every call. */
export const callMs = 3000;

/** Of every stream. */
export const messages = 20;

/** Between two of them: fifty streams are to be a part of the load, not all that a machine can do. */
export const everyMsOf = ({ isQuick }: Length) => (isQuick ? 10 : 50);

export interface Scenario {
  /** For `--only`. */
  readonly id: string;
  /** Its number in the specification of chaos tests; empty for one of the drill's own. */
  readonly chaos: string;
  /** A row's first words. */
  readonly title: string;
  /** Whether the network before the replicas can be broken. */
  readonly hasProxies?: boolean;
  /** Whether streams have connections of their own, whose network can be broken. */
  readonly hasStreamProxies?: boolean;
  readonly replica?: Partial<ReplicaSettings>;
  /** Whether the real agent is called, with its builtin engine, in the place of a replica of the drill's own. */
  readonly isReal?: boolean;
  /** What each call asks for; its number when not given. */
  readonly task?: string;
  /** Whether the first replica asks a simulated provider before it works. */
  readonly hasProvider?: boolean;
  /** Calls a second, as a share of the drill's rate; 0 for none. */
  readonly rateShare?: number;
  /** Calls a second, whatever the drill's rate is: where the replicas' own capacity counts. */
  readonly perSecond?: number;
  /** Streams read at the same time; 0 for none. */
  readonly lanes?: (length: Length) => number;
  /** Streams in all, when they and not the time end the run. */
  readonly streams?: (length: Length) => number;
  /** Milliseconds it takes, where that is not the given seconds. */
  readonly lengthMs?: (length: Length) => number;
  /** Does it. The load runs meanwhile, and ends when this does. */
  strike(field: Field): Promise<void>;
  judge(noted: Noted, length: Length): Check[];
}

export interface Length {
  /** How long the load runs. */
  readonly seconds: number;
  /** The short form: less is proved. */
  readonly isQuick: boolean;
}

/** How often a connection is asked whether it lives, and how long it has to answer: a short run can't wait as usual. */
export function pingsOf({ isQuick }: Length) {
  const { pingIntervalMs, pingTimeoutMs } = connectionsDefaults;
  return isQuick ? { pingIntervalMs: 1000, pingTimeoutMs: 1000 } : { pingIntervalMs, pingTimeoutMs };
}

export interface Field extends Length {
  readonly replicas: readonly Replica[];
  readonly target: Target;
  /** Calls a second. */
  readonly perSecond: number;
  /** Gives the simulated provider a script. */
  provider(script: Script): Promise<void>;
  /** Makes calls beside the load's, that matter less than those; gives what stops it. */
  burst(perSecond: number): () => void;
  /** Waits; rejects when the drill is interrupted. */
  sleep(ms: number): Promise<void>;
  /** Waits for a share of the scenario's time, from its beginning. */
  until(share: number): Promise<void>;
  /** Names this moment. */
  mark(name: string): void;
  /** Calls it for every message of a stream. */
  onMessage(hear: (message: Heard) => void): void;
  /** Resolves when the streams have all been read, where they and not the time end the run. */
  readonly streamsRead: Promise<void>;
  /** Notes something that must not have been. */
  wrong(what: string): void;
  readonly clock: Clock;
  readonly rng: Rng;
}
