// What a soak run does to its servers and to the ways to them, at random moments; all of it can be healed.
import type { Clock } from "#core/clock.ts";
import type { Rng } from "#core/rng.ts";
import type { TcpFault } from "#resilience/testing/tcp-fault.ts";
import { type TcpFaultProxy, tcpFaultProxy } from "#resilience/testing/tcp-fault-proxy.ts";
import { type ProcessPeer, processPeer } from "../faults/process-peer.ts";

export interface Server extends AsyncDisposable {
  readonly proxy: TcpFaultProxy;
  /** The process that serves now. */
  readonly peer: ProcessPeer;
  /** When bytes of an answer were last tampered with. */
  readonly garbledAt: number;
  strike(): void;
  /** Ends what `strike` began; resolves when the server serves again. */
  heal(): Promise<void>;
}

export interface ServerOptions {
  /** Whether its process may be killed and frozen. */
  isMortal: boolean;
  clock: Clock;
  rng: Rng;
}

/** A server's process behind a proxy. */
export async function strikable({ isMortal, clock, rng }: ServerOptions): Promise<Server> {
  let peer = start();
  let garbledAt = Number.NEGATIVE_INFINITY;
  let restarting: Promise<void> | undefined;
  let callOffThaw = () => {};
  const proxy = await tcpFaultProxy({ clock, rng });
  await serves();

  function start(): ProcessPeer {
    return processPeer("test/faults/claude-process.ts", [], ["--expose-gc"]);
  }

  async function serves(): Promise<void> {
    proxy.target(Number(new URL(await peer.told<string>("url")).port));
  }

  const upTo = (count: number) => Math.floor(rng.float() * count);

  function fault(): TcpFault {
    const faults: (() => TcpFault)[] = [
      () => ({ kind: "none" }),
      () => ({ kind: "none" }),
      () => ({ kind: "latency", ms: upTo(50), jitterMs: upTo(100) }),
      () => ({ kind: "trickle", bytes: 1 + upTo(2000) }),
      () => ({ kind: "cut", afterBytes: upTo(50_000) }),
      () => ({ kind: "reset", afterBytes: upTo(50_000) }),
      () => ({ kind: "half-open", afterBytes: upTo(50_000) }),
      () => ({ kind: "garbage", bytes: 1 + upTo(100) }),
    ];
    const made = faults[upTo(faults.length)]!();
    if (made.kind === "garbage") garbledAt = clock.now();
    return made;
  }

  function kill(): void {
    restarting ??= (async () => {
      await peer.kill();
      peer = start();
      await serves();
      restarting = undefined;
    })();
  }

  function freeze(): void {
    const frozen = peer;
    frozen.child.kill("SIGSTOP");
    callOffThaw();
    callOffThaw = clock.after(upTo(1500), () => frozen.child.kill("SIGCONT"));
  }

  return {
    proxy,
    get peer() {
      return peer;
    },
    get garbledAt() {
      return garbledAt;
    },
    strike() {
      const chance = rng.float();
      const links = [...proxy.links];
      if (isMortal && chance < 0.05) kill();
      else if (isMortal && chance < 0.1) freeze();
      else if (chance < 0.3) proxy.next(fault());
      else links[upTo(links.length)]?.inject(fault());
    },
    async heal() {
      callOffThaw();
      peer.child.kill("SIGCONT");
      await restarting;
      proxy.next({ kind: "none" });
      for (const link of proxy.links) link.inject({ kind: "none" });
    },
    async [Symbol.asyncDispose]() {
      await restarting;
      await proxy[Symbol.asyncDispose]();
      await peer.kill();
    },
  };
}
