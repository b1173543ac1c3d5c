// What a process holds that it should let go of: heap, sockets, streams, listeners, timers, signals.
import diagnostics from "node:diagnostics_channel";
import type { Http2Session, Http2Stream } from "node:http2";
import { queryObjects } from "node:v8";
import { type Clock, systemClock } from "#core/clock.ts";

export interface Measures {
  /** Megabytes in use after collection. */
  heap: number;
  sockets: number;
  /** Streams that are open. */
  streams: number;
  /** Listeners on HTTP/2 sessions and their sockets, for each session. */
  listeners: number;
  /** Timers that are pending on the process's clock. */
  timers: number;
  /** Abort signals that are reachable. */
  signals: number;
  /** HTTP/2 streams that are reachable, open or not. */
  streamObjects: number;
  /** What keeps the process alive. */
  resources: Record<string, number>;
}

/** A clock that counts the timers that are pending on it. */
export interface CountingClock extends Clock {
  readonly pending: number;
}

export function countingClock(clock: Clock = systemClock): CountingClock {
  const timers = new Set<symbol>();
  const started = () => {
    const timer = Symbol();
    timers.add(timer);
    return () => timers.delete(timer);
  };
  return {
    now: clock.now,
    date: clock.date,
    async sleep(ms, signal) {
      const done = started();
      await clock.sleep(ms, signal).finally(done);
    },
    after(ms, run) {
      const done = started();
      const callOff = clock.after(ms, () => {
        done();
        run();
      });
      return () => {
        done();
        callOff();
      };
    },
    every(ms, run) {
      const done = started();
      const callOff = clock.every(ms, run);
      return () => {
        done();
        callOff();
      };
    },
    get pending() {
      return timers.size;
    },
  };
}

/** Answers the parent's "measure" with what is measured; call it before the first connection. Wants --expose-gc. */
export function tellMeasures(clock: CountingClock): void {
  const measure = measuring(clock);
  process.on("message", async (message) => {
    if (message === "measure") process.send?.({ measured: await measure() });
  });
}

/** Begins to watch sessions and streams; gives the function that measures. */
export function measuring(clock: CountingClock): () => Promise<Measures> {
  const sessions = new Set<Http2Session>();
  let streams = 0;
  let kind: Constructor | undefined;
  const created = (message: unknown) => {
    const { stream } = message as { stream: Http2Stream };
    kind ??= stream.constructor as Constructor;
    streams++;
    stream.once("close", () => streams--);
    const { session } = stream;
    if (session === undefined || sessions.has(session)) return;
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  };
  diagnostics.subscribe("http2.client.stream.created", created);
  diagnostics.subscribe("http2.server.stream.created", created);

  return async () => {
    // What ended a moment ago is let go of in the turns after.
    for (let round = 0; round < 5; round++) {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      globalThis.gc?.();
    }
    const resources: Record<string, number> = {};
    for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
    const listeners = [...sessions].reduce((sum, session) => sum + listenersOf(session), 0);
    return {
      heap: process.memoryUsage().heapUsed / 2 ** 20,
      sockets: resources.TCPSocketWrap ?? 0,
      streams,
      listeners: sessions.size === 0 ? 0 : listeners / sessions.size,
      timers: clock.pending,
      signals: countOf(AbortSignal),
      streamObjects: kind === undefined ? 0 : countOf(kind),
      resources,
    };
  };
}

type Constructor = Parameters<typeof queryObjects>[0];

function countOf(kind: Constructor): number {
  return Number(queryObjects(kind, { format: "count" }));
}

function listenersOf(session: Http2Session): number {
  const emitters = [session, session.socket];
  return emitters.reduce(
    (sum, emitter) => sum + emitter.eventNames().reduce((count, name) => count + emitter.listenerCount(name), 0),
    0,
  );
}
