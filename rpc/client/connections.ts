// The connections of a process, shared by origin: a call takes the first with room, waits in a bounded queue, or opens one more.
import { systemClock } from "#core/clock.ts";
import { failure, Reason } from "#core/failure.ts";
import { withOrigin } from "#core/origin.ts";
import { systemRng } from "#core/rng.ts";
import { type Connection, type ConnectionOptions, connection, type TlsOptions } from "./connection.ts";
import type { Ending } from "./limits.ts";

export interface ConnectionsOptions extends ConnectionOptions {
  /** Connections to one origin; more than one is opened only when the peer takes no more calls on the others. */
  maxConnections: number;
  /** Calls that may wait for a connection to one origin. */
  maxQueued: number;
}

export const connectionsDefaults: ConnectionsOptions = {
  maxConnections: 4,
  maxQueued: 1000,
  connectTimeoutMs: 10_000,
  pingIntervalMs: 10_000,
  pingTimeoutMs: 3_000,
  pingIdle: true,
  idleMs: 15 * 60_000,
  maxAgeMs: 60 * 60_000,
  clock: systemClock,
  rng: systemRng,
};

export interface Connections {
  /**
   * A connection with a place for the call, which must be released. At once where there is one, else when there is.
   * Fails with `unsent` when there can be none, with the ending's error when that comes first.
   */
  take(peer: Peer, ending: Ending): Connection | Promise<Connection>;
  stats(): { connections: number; open: number; queued: number };
  /** Lets the calls that are under way end, for as long as given, and takes no more. */
  drain(withinMs?: number): Promise<void>;
  /** Cuts all of it. */
  close(): void;
}

export interface Peer {
  /** Such as "http://127.0.0.1:5011". */
  origin: string;
  /** The peer's name, for errors. */
  agent: string;
  tls?: TlsOptions | undefined;
}

interface Waiting {
  resolve: (connection: Connection) => void;
  reject: (error: unknown) => void;
  /** Told when the connections close: what was not sent never will be. */
  close: () => void;
}

interface Shared {
  connections: Connection[];
  waiting: Set<Waiting>;
}

/** One for a process, or one for each set of peers that shall not share. */
export function connections(options: Partial<ConnectionsOptions> = {}): Connections {
  const all = { ...connectionsDefaults, ...options };
  const origins = new Map<string, Shared>();
  const identities: TlsOptions[] = [];
  const emptied = new Set<() => void>();
  let closing = false;

  function open(peer: Peer, shared: Shared) {
    const { connections, waiting } = shared;
    const made = connection(peer.origin, peer.tls, all, {
      room() {
        for (const call of waiting) {
          const free = connections.find(({ hasRoom }) => hasRoom);
          if (free === undefined) return grow(peer, shared);
          waiting.delete(call);
          free.take();
          call.resolve(free);
        }
      },
      gone({ wasUsed, cause }) {
        connections.splice(connections.indexOf(made), 1);
        const canServe = connections.some(({ isLeaving }) => !isLeaving);
        // One that went without having taken a call would be followed by another such, and so on.
        if (!wasUsed && !canServe) for (const { reject } of waiting) reject(unreachable(peer, cause));
        grow(peer, shared);
        if (connections.length > 0) return;
        origins.delete(keyOf(peer));
        if (origins.size === 0) for (const tell of emptied) tell();
      },
    });
    connections.push(made);
  }

  /** Opens one more connection when calls wait for it: those that leave are not counted, they take no more calls. */
  function grow(peer: Peer, shared: Shared) {
    const { connections, waiting } = shared;
    const staying = connections.filter(({ isLeaving }) => !isLeaving);
    const isConnecting = staying.some(({ wasReady }) => !wasReady);
    if (waiting.size > 0 && !isConnecting && staying.length < all.maxConnections) open(peer, shared);
  }

  /** Calls with another identity share no connection. */
  function keyOf({ origin, tls }: Peer): string {
    if (tls === undefined) return origin;
    if (!identities.includes(tls)) identities.push(tls);
    return `${origin} ${identities.indexOf(tls)}`;
  }

  const everyone = () => [...origins.values()].flatMap(({ connections }) => connections);
  const refuse = () => {
    closing = true;
    for (const { waiting } of origins.values()) for (const { close } of waiting) close();
  };

  return {
    take(peer, ending) {
      const closed = () => unsent(`the connections to ${peer.agent} are closing`, peer);
      if (closing) throw closed();
      const key = keyOf(peer);
      const shared = origins.get(key) ?? { connections: [], waiting: new Set() };
      origins.set(key, shared);
      const { connections, waiting } = shared;
      for (const free of connections) {
        if (!free.hasRoom) continue;
        free.take();
        return free;
      }
      if (waiting.size >= all.maxQueued) throw unsent(`${waiting.size} calls to ${peer.agent} already wait`, peer);
      return new Promise((resolve, reject) => {
        const settled = () => {
          waiting.delete(call);
          takeBack();
        };
        const call: Waiting = {
          resolve: (connection) => {
            settled();
            resolve(connection);
          },
          reject: (error) => {
            settled();
            reject(error);
          },
          close: () => call.reject(closed()),
        };
        const takeBack = ending.onEnd((error) => call.reject(error));
        waiting.add(call);
        grow(peer, shared);
      });
    },
    stats() {
      const connections = everyone();
      const queued = [...origins.values()].reduce((sum, { waiting }) => sum + waiting.size, 0);
      return { connections: connections.length, open: connections.reduce((sum, { open }) => sum + open, 0), queued };
    },
    drain(withinMs = 10_000) {
      refuse();
      if (origins.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const cut = all.clock.after(withinMs, () => {
          for (const connection of everyone()) connection.destroy();
        });
        const done = () => {
          cut();
          emptied.delete(done);
          resolve();
        };
        emptied.add(done);
        for (const connection of everyone()) connection.leave();
      });
    },
    close() {
      refuse();
      for (const connection of everyone()) connection.destroy();
    },
  };
}

function unreachable(peer: Peer, cause: unknown): Error {
  const isRefused = (cause as NodeJS.ErrnoException | undefined)?.code === "ECONNREFUSED";
  const why = isRefused || !(cause instanceof Error) ? "is it running?" : cause.message;
  return unsent(`${peer.agent} can't be reached at ${hostOf(peer)}: ${why}`, peer, cause);
}

function unsent(message: string, { agent }: Peer, cause?: unknown): Error {
  return withOrigin(failure(Reason.UNREACHABLE, message, { agent, cause }), "unsent");
}

/** The address in an origin, for people. */
export function hostOf({ origin }: Peer): string {
  return origin.slice(origin.indexOf("//") + 2);
}
