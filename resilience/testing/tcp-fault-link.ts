// One connection through the fault proxy: both its sides, and what happens to what passes between them.
import { once } from "node:events";
import type { Socket } from "node:net";
import type { Clock } from "#core/clock.ts";
import type { Rng } from "#core/rng.ts";
import { closeSocket, resetSocket } from "./tcp-ending.ts";
import type { TcpFault } from "./tcp-fault.ts";

export interface TcpLink {
  /** From 1, in the order they were made. */
  readonly id: number;
  readonly fault: TcpFault;
  /** Bytes of answers since the fault was injected. */
  readonly answeredBytes: number;
  /** What happens to it from now on. */
  inject(fault: TcpFault): void;
}

export interface TcpLinkOptions {
  id: number;
  /** The caller's socket. */
  near: Socket;
  /** The server's. */
  far: Socket;
  clock: Clock;
  rng: Rng;
}

const trickleMs = 10;
/** Pieces of a narrow connection come this often. */
const sliceMs = 20;

/** Joins the caller's socket and the server's. */
export function tcpLink({ id, near, far, clock, rng }: TcpLinkOptions): TcpLink {
  let fault: TcpFault = { kind: "none" };
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
    if (fault.kind === "reset") for (const socket of [near, far]) resetSocket(socket);
  }

  function isDeaf() {
    return fault.kind === "half-open" && answered >= fault.afterBytes;
  }

  /** How long a piece is held up. */
  function waitMs(piece: Buffer): number {
    if (fault.kind === "latency") return fault.ms + rng.float() * fault.jitterMs;
    if (fault.kind === "trickle") return fault.everyMs ?? trickleMs;
    if (fault.kind === "bandwidth") return (piece.length / fault.bytesPerSecond) * 1000;
    return 0;
  }

  /** Passes on what comes, as the fault of the moment has it. */
  async function pump(from: Socket, to: Socket, passed: (bytes: Buffer) => void) {
    from.once("close", () => {
      if (!isDeaf()) closeSocket(to);
    });
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        for (const piece of pieces(chunk as Buffer)) {
          const wait = waitMs(piece);
          if (wait > 0) await clock.sleep(wait);
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
    const bytes = pieceBytes(fault);
    if (bytes === undefined) return [chunk];
    return Array.from({ length: Math.ceil(chunk.length / bytes) }, (_, at) =>
      chunk.subarray(at * bytes, (at + 1) * bytes),
    );
  }

  return {
    id,
    get fault() {
      return fault;
    },
    get answeredBytes() {
      return answered;
    },
    inject(injected) {
      fault = injected;
      answered = 0;
      if (isDeaf()) return;
      healed.resolve();
      healed = Promise.withResolvers<void>();
      if (near.destroyed || far.destroyed) for (const socket of [near, far]) closeSocket(socket);
      strike();
    },
  };
}

/** How large the pieces are that pass; undefined for as they come. */
function pieceBytes(fault: TcpFault): number | undefined {
  if (fault.kind === "trickle") return fault.bytes;
  if (fault.kind === "bandwidth") return Math.max(1, Math.floor((fault.bytesPerSecond * sliceMs) / 1000));
  return undefined;
}

/** Resolves when the socket takes more, or never will. */
async function drained(socket: Socket): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  await Promise.race([once(socket, "drain", { signal }), once(socket, "close", { signal })]).finally(() =>
    done.abort(),
  );
}
