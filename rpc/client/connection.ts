// One HTTP/2 connection of a client: connecting, ready, leaving, gone; kept alive by pings, closed when idle or old.

import type { SecureClientSessionOptions } from "node:http2";
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from "node:http2";
import type { Clock } from "#core/clock.ts";
import type { Rng } from "#core/rng.ts";

export type TlsOptions = Pick<SecureClientSessionOptions, "ca" | "cert" | "key" | "servername" | "minVersion">;

export interface ConnectionOptions {
  /** Until the peer has shown that it speaks HTTP/2. */
  connectTimeoutMs: number;
  /** How often the peer is asked whether it is there; 0 for never. */
  pingIntervalMs: number;
  /** How long it may take to answer that. */
  pingTimeoutMs: number;
  /** Whether it is asked when there are no calls; some gRPC servers call that too many pings. */
  pingIdle: boolean;
  /** A connection without calls is closed after this. */
  idleMs: number;
  /** An older connection takes no new call; 10 % more or less, so that not all leave at once. */
  maxAgeMs: number;
  clock: Clock;
  rng: Rng;
}

export interface Connection {
  /** Has shown that it speaks HTTP/2; one that never did has taken nothing. */
  readonly wasReady: boolean;
  /** May take one more call. */
  readonly hasRoom: boolean;
  /** Its calls. */
  readonly open: number;
  /** Has taken a call. */
  readonly wasUsed: boolean;
  /** Takes no new call, and never will. */
  readonly isLeaving: boolean;
  /** No call on it can go on. */
  readonly isGone: boolean;
  /** The last stream the peer took: what it said with its GOAWAY. */
  readonly lastTaken: number;
  /** Why it broke, as far as the platform says. */
  readonly cause: unknown;
  /** Counts a call; every one of them is released once. */
  take(): void;
  release(): void;
  request(headers: OutgoingHttpHeaders): ClientHttp2Stream;
  /** Takes no new call and closes after the last. */
  leave(): void;
  destroy(): void;
}

export interface ConnectionEvents {
  /** It is ready, or a call has ended. */
  room(): void;
  gone(connection: Connection): void;
}

/** Bytes a peer may send before it is told to go on, for one message stream and for the whole connection. */
const streamWindow = 1 << 20;
const connectionWindow = 8 << 20;

/** Begins to connect to an origin such as "http://127.0.0.1:5011". */
export function connection(
  origin: string,
  tls: TlsOptions | undefined,
  options: ConnectionOptions,
  events: ConnectionEvents,
): Connection {
  const { clock, rng, connectTimeoutMs, pingIntervalMs, pingTimeoutMs, pingIdle, idleMs } = options;
  const session: ClientHttp2Session = http2.connect(origin, {
    ...tls,
    settings: { enablePush: false, initialWindowSize: streamWindow },
  });
  const maxAgeMs = options.maxAgeMs * (0.9 + 0.2 * rng.float());
  const began = clock.now();
  let state: "connecting" | "ready" | "leaving" | "gone" = "connecting";
  let wasReady = false;
  let wasUsed = false;
  let lastTaken = Number.POSITIVE_INFINITY;
  let limit = 0;
  let open = 0;
  let idleSince = began;
  let cause: unknown;
  let callOffPing: (() => void) | undefined;

  const destroy = (why?: Error) => {
    cause ??= why;
    session.destroy(why);
  };
  const callOffConnect = clock.after(connectTimeoutMs, () => {
    destroy(new Error(`no HTTP/2 settings within ${connectTimeoutMs} ms`));
  });
  const callOffTick = clock.every(Math.min(pingIntervalMs || 10_000, idleMs / 2, maxAgeMs / 2), tick);

  session.on("remoteSettings", (settings) => {
    limit = settings.maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
    if (state === "connecting") {
      callOffConnect();
      state = "ready";
      wasReady = true;
      session.setLocalWindowSize(connectionWindow);
      session.unref();
    }
    events.room();
  });
  session.on("goaway", (_, lastStreamId) => {
    lastTaken = lastStreamId;
    if (state === "ready") state = "leaving";
  });
  session.on("error", (error) => {
    cause ??= error;
  });
  session.on("close", () => {
    state = "gone";
    callOffConnect();
    callOffTick();
    callOffPing?.();
    events.gone(self);
  });

  function tick() {
    if (state !== "ready" && state !== "leaving") return;
    const now = clock.now();
    if (open === 0 && now - idleSince >= idleMs) return leave();
    if (now - began >= maxAgeMs) leave();
    if (pingIntervalMs > 0 && (open > 0 || pingIdle)) ping();
  }

  /** One at a time. Any byte is a sign of life: over a slow link the answer waits behind what is being sent. */
  function ping() {
    if (session.destroyed || callOffPing !== undefined) return;
    let heard = session.socket.bytesRead;
    const judge = () => {
      if (callOffPing === undefined || session.destroyed) return;
      const { bytesRead } = session.socket;
      if (bytesRead === heard) return destroy(new Error(`a ping was not answered within ${pingTimeoutMs} ms`));
      heard = bytesRead;
      wait();
    };
    // In the next turn: after a stall of this process the answer may lie in the socket, unread.
    const wait = () => {
      callOffPing = clock.after(pingTimeoutMs, () => setImmediate(judge));
    };
    wait();
    session.ping((error) => {
      if (error) return;
      callOffPing?.();
      callOffPing = undefined;
    });
  }

  function leave() {
    if (state === "gone") return;
    state = "leaving";
    if (!session.closed) session.close();
  }

  const self: Connection = {
    get wasReady() {
      return wasReady;
    },
    get hasRoom() {
      return state === "ready" && open < limit && !session.closed && !session.destroyed;
    },
    get open() {
      return open;
    },
    get wasUsed() {
      return wasUsed;
    },
    get isLeaving() {
      return state === "leaving" || state === "gone" || session.closed || session.destroyed;
    },
    get lastTaken() {
      return lastTaken;
    },
    get isGone() {
      return state === "gone" || session.destroyed;
    },
    get cause() {
      // All its calls have one cause, also where nobody said why: so it is seen to be one failure.
      if (wasReady && self.isGone) cause ??= new Error("it was closed");
      return cause;
    },
    take() {
      wasUsed = true;
      if (open++ === 0) session.ref();
    },
    release() {
      if (--open > 0 || session.destroyed) return events.room();
      idleSince = clock.now();
      session.unref();
      events.room();
    },
    request: (headers) => session.request(headers),
    leave,
    destroy,
  };
  return self;
}
