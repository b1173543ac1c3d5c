// A Transport over a few others, for those that have one connection each: calls queue here, where it can be seen, not inside.

import type { UnaryResponse } from "#core/call.ts";
import { type Clock, systemClock } from "#core/clock.ts";
import type { Rng } from "#core/rng.ts";
import type { ClosableTransport } from "./endpoint.ts";
import type { LeaseLimits } from "./lease-limits.ts";
import { type Leased, LeasePool, type LeasePoolStats } from "./lease-pool.ts";
import { timeLeft } from "./time-left.ts";
import { ToldStream } from "./told-stream.ts";

export interface LeasedTransportOptions extends LeaseLimits {
  /** The peer's name, for errors. */
  agent: string;
  clock: Clock;
  rng: Rng;
}

/**
 * Nine tenths of the 100 calls at a time that most servers allow on a connection: of more than allowed, Node queues the
 * rest where no deadline sees them.
 */
export const leasedTransportDefaults = { agent: "the server", capacity: 90, clock: systemClock };

export interface LeasedTransport extends ClosableTransport {
  stats(): LeasePoolStats;
  close(): void;
}

/** `open` makes a transport, such as `() => createConnectTransport({ … })`; one that holds its connection has a `close`. */
export function leasedTransport(
  open: () => ClosableTransport,
  options: Partial<LeasedTransportOptions> = {},
): LeasedTransport {
  const { agent, clock, ...limits } = { ...leasedTransportDefaults, ...options };
  const what = `a connection to ${agent}`;
  const lent = new LeasePool({ ...limits, what, open, close: (transport) => transport.close?.(), clock });

  async function taken(signal: AbortSignal | undefined, timeoutMs: number | undefined) {
    const since = clock.now();
    const leased = await lent.take(signal, timeoutMs);
    try {
      return { leased, leftMs: timeLeft(timeoutMs, clock.now() - since, agent) };
    } catch (error) {
      leased.release();
      throw error;
    }
  }

  return {
    async unary(method, signal, timeoutMs, header, message, contextValues) {
      const { leased, leftMs } = await taken(signal, timeoutMs);
      try {
        const res: UnaryResponse<typeof method.input, typeof method.output> = await leased.item.unary(
          method,
          signal,
          leftMs,
          header,
          message,
          contextValues,
        );
        return res;
      } finally {
        leased.release();
      }
    },
    async stream(method, signal, timeoutMs, header, messages, contextValues) {
      const { leased, leftMs } = await taken(signal, timeoutMs);
      try {
        const res = await leased.item.stream(method, signal, leftMs, header, messages, contextValues);
        return { ...res, message: new ToldStream(res.message, signal, releasing(leased)) };
      } catch (error) {
        leased.release();
        throw error;
      }
    },
    stats: () => lent.stats(),
    close: () => lent.close(),
  };
}

/** However a stream ends, its place is free. */
const releasing = (leased: Leased<unknown>) => ({
  began() {},
  succeeded: () => leased.release(),
  failed(error: unknown) {
    leased.release();
    return error;
  },
  left: () => leased.release(),
});
