// One port for HTTP/1.1 and HTTP/2 without TLS: the first bytes of a connection tell them apart.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import http2, { type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { type Clock, systemClock } from "#core/clock.ts";
import type { StreamPath } from "./server/path.ts";

export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse | Http2ServerResponse;
export type NodeHandler = (req: NodeRequest, res: NodeResponse) => void;

export interface ListenOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  handler: NodeHandler;
  /** Is offered every HTTP/2 stream first; what it does not take goes to the handler. */
  streams?: StreamPath | undefined;
  /** Time for the first bytes, and for the headers of a request. */
  headersTimeoutMs?: number;
  /** Time for a whole HTTP/1.1 request; on HTTP/2, the longest silence within a request's body. */
  requestTimeoutMs?: number;
  /** Streams one HTTP/2 connection may have open. */
  maxConcurrentStreams?: number;
  clock?: Clock;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Takes no new connection and tells the open ones to go (GOAWAY, `connection: close`); resolves when all are gone. */
  drain(): Promise<void>;
  /** Cuts every connection that is left. */
  destroy(): void;
}

/** Bytes a caller may send before it is told to go on, for one stream and for the whole connection. */
const streamWindow = 1 << 20;
const connectionWindow = 8 << 20;

/**
 * Streams a caller may reset at once, and for long in a second. By Node's own limit, 33 a second, a gateway whose users
 * leave their streams would lose its connection and every other call on it; a stream that is gone costs little here.
 */
const resetLimits = { streamResetBurst: 10_000, streamResetRate: 1000 };

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Listens; rejects with the system's error, such as EADDRINUSE. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { host, port, handler, streams, clock = systemClock } = options;
  const { headersTimeoutMs = 5_000, requestTimeoutMs = 30_000, maxConcurrentStreams = 1000 } = options;
  const h1 = createServer(
    { headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs, connectionsCheckingInterval: 500 },
    handler,
  );
  h1.keepAliveTimeout = 65_000;
  let draining = false;
  // Node closes the idle connections when it stops listening; one that was busy then would stay for its keep-alive.
  h1.on("request", (_, res) => {
    res.once("close", () => {
      if (draining) setImmediate(() => h1.closeIdleConnections());
    });
  });
  // An empty SETTINGS frame, Node's default, would allow a client any number of streams.
  const settings = { maxConcurrentStreams, initialWindowSize: streamWindow };
  const h2 = http2.createServer({ settings, ...resetLimits }, handler);
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();

  h2.on("session", (session) => {
    session.setLocalWindowSize(connectionWindow);
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.on("error", () => session.destroy());
    // A client that sends the preface and nothing more is not timed out by Node.
    const late = clock.after(headersTimeoutMs, () => session.destroy());
    session.once("remoteSettings", late);
    session.once("close", late);
  });
  // Node's own listener makes requests and responses of streams; what the fast path takes never gets there.
  const asRequest = h2.listeners("stream") as ((...args: unknown[]) => void)[];
  h2.removeAllListeners("stream");
  h2.on("stream", (stream, headers, flags, rawHeaders) => {
    // A caller that resets at once is gone before this is told; its stream has no session any more.
    if (!stream.destroyed && streams?.takes(stream, headers)) return;
    stream.on("error", ignore);
    if (stream.destroyed) return;
    stream.setTimeout(requestTimeoutMs, () => {
      if (!stream.readableEnded) stream.close(http2.constants.NGHTTP2_CANCEL);
    });
    for (const accept of asRequest) accept.call(h2, stream, headers, flags, rawHeaders);
  });

  // The HTTP/1.1 server owns the listening socket: only then do its own time limits run.
  const asHttp1 = h1.listeners("connection") as ((socket: Socket) => void)[];
  h1.removeAllListeners("connection");
  h1.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    sniff(socket, headersTimeoutMs, clock, (isHttp2) => {
      // Sockets of the HTTP/1.1 server outlive their caller's FIN; on HTTP/2 no handler would hear that it has left.
      socket.allowHalfOpen = !isHttp2;
      if (isHttp2) h2.emit("connection", socket);
      else for (const accept of asHttp1) accept.call(h1, socket);
    });
  });

  await new Promise<void>((resolve, reject) => {
    h1.once("error", reject);
    h1.listen(port, host, () => {
      h1.off("error", reject);
      resolve();
    });
  });
  const address = h1.address() as AddressInfo;
  return {
    host,
    port: address.port,
    drain() {
      draining = true;

      const closed = new Promise<void>((resolve) => h1.close(() => resolve())).then(() => streams?.close());
      h1.closeIdleConnections();
      for (const session of sessions) session.close();
      return closed;
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function ignore() {}

/** Reads until the bytes are or are not the HTTP/2 preface, then hands the socket on with its bytes put back. */
function sniff(socket: Socket, timeoutMs: number, clock: Clock, decided: (isHttp2: boolean) => void): void {
  let head = Buffer.alloc(0);
  const late = clock.after(timeoutMs, () => socket.destroy());
  const drop = () => socket.destroy();
  socket.on("data", read);
  socket.on("error", drop);
  socket.once("close", late);

  function read(chunk: Buffer) {
    head = Buffer.concat([head, chunk]);
    const length = Math.min(head.length, preface.length);
    const same = head.subarray(0, length).equals(preface.subarray(0, length));
    // POST and PUT share the P: with fewer than 4 bytes nothing is decided.
    if (same && length < 4) return;
    late();
    socket.off("data", read);
    socket.off("close", late);
    socket.pause();
    socket.unshift(head);
    decided(same);
    // http and http2 listen to errors from here on; ours only kept the process alive until then.
    process.nextTick(() => {
      socket.off("error", drop);
      if (!socket.destroyed) socket.resume();
    });
  }
}
