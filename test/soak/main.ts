// A soak run: mixed calls through failing networks to servers that die, for SOAK_MINUTES; exits 1 when a truth was broken.

import { systemClock } from "#core/clock.ts";
import { seeded } from "#core/rng.ts";
import { connections } from "#rpc/client/connections.ts";
import type { ProcessPeer } from "../faults/process-peer.ts";
import { countingClock, type Measures, measuring } from "../leaks/measure.ts";
import { type Claude, claudes, kinds } from "./calls.ts";
import { type Server, strikable } from "./chaos.ts";
import { ledger } from "./ledger.ts";

const minutes = Number(process.env.SOAK_MINUTES ?? 15);
const seed = Number(process.env.SEED ?? systemClock.date().getTime() % 1_000_000);
const workers = 24;
/** Between two rounds everything is healed and counted. */
const rounds = Math.max(3, Math.round(minutes * 2));
const roundMs = (minutes * 60_000) / rounds;
/** How long a healed system may take until every call is good again: the longest deadline, a ping, a connect. */
const recoveryMs = 20_000;

const rng = seeded(seed);
const clock = countingClock();
const measure = measuring(clock);
const seen = ledger(systemClock);
process.on("unhandledRejection", (error) => seen.wrong(`unhandled rejection: ${String(error)}`));
process.on("uncaughtException", (error) => seen.wrong(`uncaught exception: ${error.stack}`));
process.stdout.write(`soak: ${minutes} min in ${rounds} rounds, seed ${seed}\n`);

const lines = connections({
  clock,
  pingIntervalMs: 400,
  pingTimeoutMs: 400,
  connectTimeoutMs: 1000,
  idleMs: 3000,
  maxAgeMs: 5000,
});
const living = new AbortController();
const made = await Promise.all([true, true, false].map((isMortal) => strikable({ isMortal, clock: systemClock, rng })));
const servers = made.map((server) => ({ server, clients: [...claudes(server.proxy.url, lines, clock).values()] }));
const names = Object.keys(kinds);
const pick = <T>(all: readonly T[]) => all[Math.floor(rng.float() * all.length)]!;

/** One call of some kind, somewhere. */
async function call({ server, clients }: { server: Server; clients: readonly Claude[] }, name: string): Promise<void> {
  const timeoutMs = 500 + rng.float() * 3500;
  const began = systemClock.now();
  const wrong = (what: string) => {
    // Nothing on the wire tells noise within a frame from what was sent.
    if (server.garbledAt < began - 1000) seen.wrong(`${name}: ${what}`);
  };
  const asked = { claude: pick(clients), timeoutMs, rng, clock: systemClock, signal: living.signal, wrong };
  await seen.call(name, timeoutMs, (goesOn) => kinds[name]!({ ...asked, goesOn }));
}

/** Calls and strikes for a while, then heals. */
async function round(ms: number): Promise<void> {
  const until = systemClock.now() + ms;
  const work = async () => {
    while (systemClock.now() < until) await call(pick(servers), pick(names));
  };
  const strike = async () => {
    while (systemClock.now() < until) {
      pick(servers).server.strike();
      await systemClock.sleep(50 + rng.float() * 300);
    }
  };
  await Promise.all([strike(), ...Array.from({ length: workers }, work)]);
  await Promise.all(servers.map(({ server }) => server.heal()));
}

/** Healed, every server answers again, over every protocol. */
async function recovers(): Promise<void> {
  const until = systemClock.now() + recoveryMs;
  for (const { clients } of servers) {
    for (const claude of clients) {
      for (;;) {
        const error = await claude.plan({ task: "answer 10" }, { timeoutMs: 2000 }).then(
          () => undefined,
          (failed) => failed,
        );
        if (error === undefined) break;
        if (systemClock.now() < until) continue;
        seen.wrong(`does not recover: ${error}`);
        return;
      }
    }
  }
}

async function measured(peer: ProcessPeer): Promise<Measures> {
  peer.child.send("measure");
  return peer.told("measured");
}

const told = ({ heap, sockets, streams, timers, signals, streamObjects }: Measures) =>
  `heap ${heap.toFixed(1)} MB, ${sockets} sockets, ${streams} streams, ${timers} timers, ${signals} signals, ${streamObjects} stream objects`;

/** What is held when nothing is under way: connections go after their idle time. */
async function counted(): Promise<{ caller: Measures; server: Measures }> {
  for (const until = systemClock.now() + 10_000; lines.stats().connections > 0 && systemClock.now() < until; ) {
    await systemClock.sleep(100);
  }
  const both = { caller: await measure(), server: await measured(made[2]!.peer) };
  process.stdout.write(`  caller ${told(both.caller)}\n  server ${told(both.server)}\n`);
  if (lines.stats().open + lines.stats().queued > 0)
    seen.wrong(`calls are still counted: ${JSON.stringify(lines.stats())}`);
  return both;
}

function compare(who: string, before: Measures, after: Measures): void {
  if (after.heap - before.heap > 8) seen.wrong(`the heap of the ${who} grew from ${before.heap} to ${after.heap} MB`);
  for (const what of ["sockets", "streams", "timers"] as const) {
    if (after[what] > before[what]) seen.wrong(`${what} of the ${who} grew from ${before[what]} to ${after[what]}`);
  }
  for (const what of ["signals", "streamObjects"] as const) {
    if (after[what] > before[what] + 50)
      seen.wrong(`${what} of the ${who} grew from ${before[what]} to ${after[what]}`);
  }
}

let first: Awaited<ReturnType<typeof counted>> | undefined;
for (let nth = 1; nth <= rounds && seen.wrongs.length === 0; nth++) {
  await round(roundMs);
  await recovers();
  process.stdout.write(`round ${nth} of ${rounds}: ${seen.calls} calls\n`);
  const now = await counted();
  first ??= now;
  if (nth !== rounds) continue;
  compare("caller", first.caller, now.caller);
  compare("server", first.server, now.server);
}
if (seen.underWay > 0) seen.wrong(`${seen.underWay} calls are still under way`);
seen.close();
lines.close();
for (const { server } of servers) await server[Symbol.asyncDispose]();
const left = (await measure()).sockets;
if (left > 0) seen.wrong(`${left} sockets of the caller are left when all is closed`);
process.stdout.write(`\n${seen.calls} calls by how they ended:\n${seen.summary()}\n`);
for (const wrong of seen.wrongs) process.stdout.write(`\nWRONG (seed ${seed}): ${wrong}\n`);
process.stdout.write(
  seen.wrongs.length === 0 ? "\nsoak: all is true\n" : `\nsoak: ${seen.wrongs.length} broken truths\n`,
);
// Whatever is left must not keep the process from saying so.
process.exit(seen.wrongs.length === 0 ? 0 : 1);
