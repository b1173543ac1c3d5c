// A TCP proxy that does to connections what networks do: latency, trickle, narrowness, cut, reset, silence, garbage, refusal.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { type Clock, systemClock } from "#core/clock.ts";
import { type Rng, systemRng } from "#core/rng.ts";
import { closeSocket, resetSocket } from "./tcp-ending.ts";
import type { TcpFault } from "./tcp-fault.ts";
import { type TcpLink, tcpLink } from "./tcp-fault-link.ts";

export interface TcpFaultProxy extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Whether it listens; one that is down refuses connections, as toxiproxy's "down" does. */
  readonly isUp: boolean;
  /** What happens to new connections. */
  readonly fault: TcpFault;
  /** The connections that go through it now, or of which a side is left. */
  readonly links: ReadonlySet<TcpLink>;
  /** Where new connections go, on this machine; undefined for nowhere: they are reset. */
  target(port: number | undefined): void;
  /** What happens to new connections. */
  next(fault: TcpFault): void;
  /** What happens to new connections and to those that are there. */
  inject(fault: TcpFault): void;
  /** Resets all connections and refuses new ones. */
  down(): Promise<void>;
  /** Listens again on the same port. */
  up(): Promise<void>;
}

export interface TcpFaultProxyOptions {
  target?: number;
  clock?: Clock;
  rng?: Rng;
}

const host = "127.0.0.1";

/** Listens on a free loopback port. */
export async function tcpFaultProxy(options: TcpFaultProxyOptions = {}): Promise<TcpFaultProxy> {
  const { target, clock = systemClock, rng = systemRng } = options;
  let to = target;
  let fault: TcpFault = { kind: "none" };
  let made = 0;
  const links = new Set<TcpLink>();
  const sockets = new Set<Socket>();
  const kept = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    return socket;
  };

  function join(near: Socket): void {
    kept(near);
    if (to === undefined) return void resetSocket(near);
    const far = kept(connect({ port: to, host, noDelay: true, allowHalfOpen: true }));
    made++;
    const link = tcpLink({ id: made, near, far, clock, rng });
    link.inject(fault);
    links.add(link);
    // Of a half-open connection one side may be left.
    const gone = () => near.closed && far.closed && links.delete(link);
    for (const socket of [near, far]) socket.once("close", gone);
  }

  async function listening(port: number): Promise<Server> {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, join).listen(port, host);
    await once(server, "listening");
    return server;
  }

  let server: Server | undefined = await listening(0);
  const { port } = server.address() as AddressInfo;

  async function close(cut: (socket: Socket) => void): Promise<void> {
    const closing = server;
    server = undefined;
    const closed = closing && once(closing, "close");
    closing?.close();
    for (const socket of sockets) cut(socket);
    await closed;
  }

  return {
    port,
    url: `http://${host}:${port}`,
    links,
    get isUp() {
      return server !== undefined;
    },
    get fault() {
      return fault;
    },
    target(next) {
      to = next;
    },
    next(injected) {
      fault = injected;
    },
    inject(injected) {
      fault = injected;
      for (const link of links) link.inject(injected);
    },
    down: () => close(resetSocket),
    async up() {
      server ??= await listening(port);
    },
    [Symbol.asyncDispose]: () => close(closeSocket),
  };
}
