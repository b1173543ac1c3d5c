// A TCP proxy that does to connections what networks do: latency, trickle, cut, reset, silence, garbage.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Clock } from "#core/clock.ts";
import type { Rng } from "#core/rng.ts";

/** In toxiproxy's words: latency, bandwidth, limit_data with a close, reset_peer, timeout; garbage is ours. */
export type Fault =
  | { kind: "none" }
  /** Every piece waits that long, and up to `jitterMs` more; their order stays. */
  | { kind: "latency"; ms: number; jitterMs: number }
  /** So many bytes at a time, one piece every 10 ms. */
  | { kind: "trickle"; bytes: number }
  /** A FIN to both sides, after so many bytes of answers. */
  | { kind: "cut"; afterBytes: number }
  /** A TCP reset to both sides, after so many bytes of answers. */
  | { kind: "reset"; afterBytes: number }
  /** Neither side hears the other any more, and nobody is told; after so many bytes of answers. What is said waits. */
  | { kind: "half-open"; afterBytes: number }
  /** So many bytes of noise in the midst of the answers. */
  | { kind: "garbage"; bytes: number };

export interface Link {
  /** What happens to it from now on. */
  inject(fault: Fault): void;
}

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** The connections that go through it now, or of which a side is left. */
  readonly links: ReadonlySet<Link>;
  /** Where new connections go, on this machine; undefined for nowhere: they are reset. */
  target(port: number | undefined): void;
  /** What happens to new connections. */
  next(fault: Fault): void;
}

export interface TcpProxyOptions {
  target?: number;
  clock: Clock;
  rng: Rng;
}

const trickleMs = 10;

/** Listens on a free loopback port. */
export async function tcpProxy({ target, clock, rng }: TcpProxyOptions): Promise<TcpProxy> {
  let to = target;
  let fault: Fault = { kind: "none" };
  const links = new Set<Link>();
  const sockets = new Set<Socket>();
  const kept = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    return socket;
  };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    kept(near);
    if (to === undefined) return void near.resetAndDestroy();
    const far = kept(connect({ port: to, host: "127.0.0.1", noDelay: true, allowHalfOpen: true }));
    const made = link(near, far, clock, rng);
    made.inject(fault);
    links.add(made);
    // Of a half-open connection one side may be left.
    const gone = () => near.closed && far.closed && links.delete(made);
    for (const socket of [near, far]) socket.once("close", gone);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    links,
    target(next) {
      to = next;
    },
    next(injected) {
      fault = injected;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Resolves when the socket takes more, or never will. */
async function drained(socket: Socket): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  await Promise.race([once(socket, "drain", { signal }), once(socket, "close", { signal })]).finally(() =>
    done.abort(),
  );
}

/** Joins the caller's socket and the server's. */
function link(near: Socket, far: Socket, clock: Clock, rng: Rng): Link {
  let fault: Fault = { kind: "none" };
  let answered = 0;
  let healed = Promise.withResolvers<void>();

  pump(near, far, () => {});
  pump(far, near, (bytes) => {
    answered += bytes.length;
    strike();
  });

  /** What strikes once, when its time has come. */
  function strike() {
    if (fault.kind === "garbage") {
      near.write(rng.bytes(fault.bytes));
      fault = { kind: "none" };
    }
    if (!("afterBytes" in fault) || answered < fault.afterBytes) return;
    if (fault.kind === "cut") for (const socket of [near, far]) socket.end();
    if (fault.kind === "reset") for (const socket of [near, far]) socket.resetAndDestroy();
  }

  function isDeaf() {
    return fault.kind === "half-open" && answered >= fault.afterBytes;
  }

  /** Passes on what comes, as the fault of the moment has it. */
  async function pump(from: Socket, to: Socket, passed: (bytes: Buffer) => void) {
    from.once("close", () => {
      if (!isDeaf()) to.destroy();
    });
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        for (const piece of pieces(chunk as Buffer)) {
          const wait = fault.kind === "latency" ? fault.ms + rng.float() * fault.jitterMs : 0;
          if (wait > 0) await clock.sleep(wait);
          if (fault.kind === "trickle") await clock.sleep(trickleMs);
          while (isDeaf()) await healed.promise;
          if (to.writable && !to.write(piece)) await drained(to);
          passed(piece);
        }
      }
      while (isDeaf()) await healed.promise;
      to.end();
    } catch {
      // Reset, or destroyed by a fault: "close" passes it on.
    }
  }

  function pieces(chunk: Buffer): Buffer[] {
    if (fault.kind !== "trickle") return [chunk];
    const { bytes } = fault;
    return Array.from({ length: Math.ceil(chunk.length / bytes) }, (_, at) =>
      chunk.subarray(at * bytes, (at + 1) * bytes),
    );
  }

  return {
    inject(injected) {
      fault = injected;
      answered = 0;
      if (isDeaf()) return;
      healed.resolve();
      healed = Promise.withResolvers<void>();
      if (near.destroyed || far.destroyed) for (const socket of [near, far]) socket.destroy();
      strike();
    },
  };
}
