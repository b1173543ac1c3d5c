// One scenario, once: replicas are started, load runs, the blow falls, and everything is gone afterwards.

import { codeToString } from "@connectrpc/connect/protocol-connect";
import type { Clock } from "#core/clock.ts";
import { ConnectError, Reason, reasonOf } from "#core/failure.ts";
import { seeded } from "#core/rng.ts";
import { criticalityHeader } from "#resilience/server/criticality.ts";
import type { Script } from "#simulator/script.ts";
import { scriptPath } from "#simulator/simulator.ts";
import { child } from "./child.ts";
import type { Noted } from "./figures.ts";
import { lag } from "./lag.ts";
import { type Load, load } from "./load.ts";
import type { Told } from "./replica-settings.ts";
import { ownProgram, providerProgram, type Replica, realProgram, replica } from "./replicas.ts";
import { callMs, everyMsOf, type Field, type Length, messages, pingsOf, type Scenario } from "./scenario.ts";
import { type Heard, streamLoad } from "./streams.ts";
import type { Target, TargetOptions } from "./target.ts";

export interface RunOptions extends Length {
  perSecond: number;
  /** 1, or less when it is measured again. */
  slowdown: number;
  seed: number;
  target: (options: TargetOptions) => Target;
  signal: AbortSignal;
  clock: Clock;
}

export interface Ran {
  noted: Noted;
  /** Of this process, or of the replica that was latest. */
  lagP99Ms: number;
}

const replicaCount = 3;
/** Calls before the measuring: connections are made, code is compiled, times are known. */
const warmUpMs = 1500;
/** What may come after a call's deadline, or after the last stream began, before it counts as hung. */
const hangMs = 25_000;

export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Ran> {
  const { seed, signal, clock, isQuick, seconds } = options;
  await using owned = new AsyncDisposableStack();
  const rng = seeded(seed);
  const perSecond = rateOf(scenario, options);
  const { replicas, provider } = await started(scenario, seed, owned);
  signal.throwIfAborted();
  const urls = replicas.map(({ url }) => url);
  const streamUrls = replicas.map(({ url, streamProxy }) => streamProxy?.url ?? url);
  const target = options.target({
    ...{ urls, streamUrls, pings: pingsOf(options), clock },
    isReal: scenario.isReal === true,
  });
  owned.defer(() => target.close());

  const living = new AbortController();
  const cutting = new AbortController();
  const calling = (rate: number, ends: AbortSignal, headers: Record<string, string> = {}) =>
    load({
      perSecond: rate,
      call: async (nth) => {
        const task = scenario.task ?? `call ${nth}`;
        const { plan } = await target.claude.plan({ task }, { timeoutMs: callMs, headers });
        if (plan === undefined) throw new Error("an answer without a plan");
      },
      wordsOf,
      signal: ends,
      clock,
    });
  const calls = calling(perSecond, living.signal);
  const bursts: Load[] = [];
  await clock.sleep(warmUpMs, signal);
  // Measured again, a machine has half of all its load.
  const lanes = Math.ceil((scenario.lanes?.(options) ?? 0) * options.slowdown);
  const count = scenario.streams?.(options);
  let hear: (message: Heard) => void = () => {};
  const streams = streamLoad({
    ...{
      target,
      lanes,
      messages,
      everyMs: everyMsOf(options),
      wordsOf,
      signal: living.signal,
      cut: cutting.signal,
      clock,
    },
    onMessage: (message) => hear(message),
    ...(count === undefined ? {} : { count }),
  });

  const startMs = clock.now();
  const lengthMs = scenario.lengthMs?.(options) ?? seconds * 1000;
  const marks: Record<string, number> = {};
  const wrongs: string[] = [];
  const late = owned.adopt(lag(), (each) => each.stop());
  const field: Field = {
    ...{
      replicas,
      target,
      provider,
      perSecond,
      clock,
      rng,
      isQuick,
      seconds: lengthMs / 1000,
      streamsRead: streams.ended,
    },
    sleep: (ms) => clock.sleep(ms, signal),
    until: (share) => clock.sleep(Math.max(0, startMs + share * lengthMs - clock.now()), signal),
    mark(name) {
      marks[name] = clock.now();
    },
    burst(rate) {
      const ends = new AbortController();
      bursts.push(calling(rate, AbortSignal.any([ends.signal, living.signal]), { [criticalityHeader]: "SHEDDABLE" }));
      return () => ends.abort();
    },
    onMessage(each) {
      hear = each;
    },
    wrong: (what) => void wrongs.push(what),
  };
  try {
    await scenario.strike(field);
  } finally {
    living.abort();
  }
  const endMs = clock.now();
  const lagP99Ms = late.p99Ms;
  await Promise.race([Promise.all([calls, streams, ...bursts].map(({ ended }) => ended)), clock.sleep(hangMs, signal)]);
  const hung = [calls, streams, ...bursts].reduce((sum, { underWay }) => sum + underWay, 0);
  cutting.abort();
  const told = scenario.isReal ? [] : await toldBy(replicas);
  return {
    lagP99Ms: Math.max(lagP99Ms, ...told.map((each) => each.lagP99Ms)),
    noted: {
      ...{ startMs, endMs, marks, hung, urls, streamRuns: told.flatMap((each) => each.streamRuns) },
      calls: calls.calls.filter(({ dueMs }) => dueMs >= startMs),
      attempts: target.attempts.filter(({ atMs }) => atMs >= startMs),
      happenings: target.happenings.filter(({ atMs }) => atMs >= startMs),
      streams: streams.reads,
      burst: bursts.flatMap((each) => each.calls),
      deaths: [...replicas.flatMap(({ process }) => process.deaths), ...wrongs],
    },
  };
}

/** Calls a second. */
export const rateOf = ({ perSecond, rateShare = 1 }: Scenario, options: RunOptions) =>
  // Measured again at half the drill's rate, those with a rate of their own have half of that.
  perSecond === undefined ? options.perSecond * rateShare : perSecond * options.slowdown;

/** Three replicas, side by side; with a provider the first one asks it. What was started is ended with `owned`. */
async function started(scenario: Scenario, seed: number, owned: AsyncDisposableStack) {
  const provider = scenario.hasProvider ? owned.use(await child(providerProgram)) : undefined;
  const real = scenario.isReal ? owned.use(await realProgram()) : undefined;
  const starting = Array.from({ length: replicaCount }, async (_, at) => {
    const own = { ...scenario.replica, seed: seed + at, ...(at === 0 && provider && { provider: provider.url }) };
    const { hasProxies: hasProxy = false, hasStreamProxies: hasStreamProxy = false } = scenario;
    return owned.use(await replica(real ?? ownProgram(own), { hasProxy, hasStreamProxy }));
  });
  // When one can't start, the others are there all the same, and must be ended.
  await Promise.allSettled(starting);
  const replicas: Replica[] = await Promise.all(starting);
  return { replicas, provider: (script: Script) => follow(provider?.url, script) };
}

async function follow(url: string | undefined, script: Script): Promise<void> {
  if (url !== undefined) await fetch(url + scriptPath, { method: "POST", body: JSON.stringify(script) });
}

/** Of those that can tell: some may be dead. */
async function toldBy(replicas: readonly Replica[]): Promise<Told[]> {
  const told = await Promise.allSettled(replicas.map((each) => each.told()));
  return told.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

function wordsOf(error: unknown): string {
  const reason = Object.entries(Reason).find(([, value]) => value === reasonOf(error))?.[0];
  return error instanceof ConnectError
    ? `${codeToString(error.code)} ${reason}: ${error.rawMessage.replaceAll(/\d+/g, "#")}`
    : String(error);
}
